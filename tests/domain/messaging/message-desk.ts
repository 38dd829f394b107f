/** A clinic with messages, its counterparts on loopback, and what a test needs to look at them. */
import { and, asc, eq } from 'drizzle-orm';
import pg from 'pg';
import type { Database } from '#db/database.ts';
import { messageAttempts, messageRules, messages, patients } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { MessageChannels } from '#domain/messaging/channel.ts';
import { emailChannel } from '#domain/messaging/commands/channels/email.ts';
import { smsChannel } from '#domain/messaging/commands/channels/sms.ts';
import {
	queueMessage,
	sealedDirect,
	type DirectMessage
} from '#domain/messaging/commands/direct.ts';
import { resolveDoubts } from '#domain/messaging/commands/doubt.ts';
import { planVisits } from '#domain/messaging/commands/plan.ts';
import { sendDue } from '#domain/messaging/commands/send.ts';
import type { Channel, RuleKind } from '#domain/messaging/message.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { bookingOf, clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import { startSmsProvider, type SmsProvider } from '../../support/sms-provider.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

export type Message = typeof messages.$inferSelect;

const MINUTE = 60_000;
export const ORIGIN = 'https://board.clinic.example';
export const FROM = 'Clinic <board@clinic.example>';

export interface MessageDesk {
	fresh: FreshDatabase;
	database: Database;
	clinic: Clinic;
	owner: pg.Client;
	mailServer: MailServer;
	smsProvider: SmsProvider;
	channels: MessageChannels;
	/** Says how a patient is reached. */
	person(patient: number, some: Partial<typeof patients.$inferInsert>): Promise<void>;
	/** Changes the rule of a kind. */
	rule(kind: RuleKind, some: Partial<typeof messageRules.$inferInsert>): Promise<void>;
	/** Books a visit and plans its messages. @returns the visit's id */
	book(booking: { startsAt: number; patient: number; now: number }): Promise<string>;
	/** Changes a visit and plans its messages anew. */
	change(
		appointmentId: string,
		intent: { kind: string; changes: object; because?: string },
		now: number
	): Promise<void>;
	/** Sends what is due. */
	send(now: number, channels?: MessageChannels): Promise<void>;
	/** Settles what was left behind, as if minutes had passed since. */
	resolve(now: number, channels?: MessageChannels): Promise<void>;
	/** Queues an e-mail or an SMS that no rule writes. @returns its id */
	direct(some: Partial<DirectMessage>): Promise<string>;
	message(id: string): Promise<Message>;
	/** Those of a visit, by kind. */
	messagesOf(appointmentId: string): Promise<Map<string, Message>>;
	attempts(id: string): Promise<(typeof messageAttempts.$inferSelect)[]>;
	/** Rows of a statement of the owner's. */
	ask(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
	close(): Promise<void>;
}

export async function openMessageDesk(zone = 'Europe/London'): Promise<MessageDesk> {
	const fresh = await freshDatabase();
	const { database } = fresh;
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	const clinic = await clinicFactory(database, {
		zone,
		patients: 10,
		practitioners: 10,
		rooms: 10
	});
	const { organizationId } = clinic;
	const mailServer = await startMailServer();
	const smsProvider = await startSmsProvider();
	const own: MessageChannels = {
		email: emailChannel({ smtpUrl: mailServer.url, from: FROM }),
		sms: smsChannel({
			...{ apiUrl: smsProvider.url, account: smsProvider.account, token: smsProvider.token },
			...{ from: '+48221234567', origin: ORIGIN }
		})
	};
	const within = <T>(work: Parameters<typeof inOrganization<T>>[2]) =>
		inOrganization(database, organizationId, work);
	const optionsAt = (now: number, channels = own) => ({ channels, origin: ORIGIN, now: () => now });
	const plan = (id: string, now: number) => planVisits(database, organizationId, [id], { now });
	const carry = async (intent: Intent, now: number) => {
		const verdict = await carryOut(database, clinic.receptionist, intent, { now });
		if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
	};
	const ask = async (sql: string, values: unknown[] = []) =>
		(await owner.query<Record<string, unknown>>(sql, values)).rows;
	return {
		...{ fresh, database, clinic, owner, mailServer, smsProvider, channels: own, ask },
		person: (patient, some) =>
			within(async (transaction) => {
				await transaction
					.update(patients)
					.set(some)
					.where(eq(patients.id, clinic.patientIds[patient]!));
			}),
		rule: (kind, some) =>
			within(async (transaction) => {
				await transaction
					.update(messageRules)
					.set(some)
					.where(and(eq(messageRules.organizationId, organizationId), eq(messageRules.kind, kind)));
			}),
		async book({ startsAt, patient, now }) {
			const booking = bookingOf(clinic, {
				startsAt,
				patient,
				practitioner: patient,
				room: patient
			});
			await carry(booking, now);
			await owner.query('UPDATE appointments SET booked_at = $2 WHERE id = $1', [
				...[booking.appointmentId, new Date(now)]
			]);
			await plan(booking.appointmentId, now);
			return booking.appointmentId;
		},
		async change(appointmentId, intent, now) {
			const [{ revision }] = (await ask('SELECT revision FROM appointments WHERE id = $1', [
				appointmentId
			])) as [{ revision: number }];
			const shared = { id: crypto.randomUUID(), madeAt: now, basedOnRevision: revision };
			await carry({ ...intent, ...shared, appointmentId } as Intent, now);
			await plan(appointmentId, now);
		},
		async send(now, channels) {
			await sendDue(database, organizationId, optionsAt(now, channels));
		},
		async resolve(now, channels) {
			await owner.query(`UPDATE messages SET claimed_until = claimed_until - interval '5 minutes'`);
			await owner.query(
				`UPDATE message_attempts SET started_at = started_at - interval '5 minutes'`
			);
			await resolveDoubts(database, organizationId, optionsAt(now, channels));
		},
		async direct(some) {
			const message = await sealedDirect(database, {
				...{ organizationId, kind: 'other', channel: 'email', language: 'en' },
				...{ to: 'anna@patient.example', subject: 'A word', body: 'Hello', short: 'Hello' },
				...some
			});
			await within((transaction) => queueMessage(transaction, message));
			return message.id;
		},
		async message(id) {
			const [found] = await within((transaction) =>
				transaction.select().from(messages).where(eq(messages.id, id))
			);
			return found!;
		},
		async messagesOf(appointmentId) {
			const found = await within((transaction) =>
				transaction
					.select()
					.from(messages)
					.where(eq(messages.appointmentId, appointmentId))
					.orderBy(asc(messages.madeAt))
			);
			return new Map(found.map((one) => [one.kind, one]));
		},
		attempts: (id) =>
			within((transaction) =>
				transaction
					.select()
					.from(messageAttempts)
					.where(eq(messageAttempts.messageId, id))
					.orderBy(messageAttempts.number)
			),
		async close() {
			await Promise.all(Object.values(own).map((channel) => channel.close()));
			await Promise.all([mailServer.close(), smsProvider.close(), owner.end()]);
			await fresh.drop();
		}
	};
}

/** @returns channels with only these of the desk's */
export function only(desk: MessageDesk, ...names: Channel[]): MessageChannels {
	return Object.fromEntries(names.map((name) => [name, desk.channels[name]]));
}

export const minutes = (count: number) => count * MINUTE;
