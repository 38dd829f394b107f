/** A clinic whose patients are each to be told of one visit, a third by each way, and what reached them. */
import type pg from 'pg';
import type { Database } from '#db/database.ts';
import type { VapidKeys } from '#db/push/vapid-keys.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import { subscribeToPush } from '#domain/messaging/commands/push-subscriptions.ts';
import { readPayload } from '#domain/messaging/push-payload.ts';
import { clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { startMailServer, type MailServer } from '../support/mail-server.ts';
import {
	startPushService,
	type TakenPush,
	type TestBrowser,
	type TestPushService
} from '../support/push-service.ts';
import { startSmsProvider, type SmsProvider } from '../support/sms-provider.ts';

const DAY = 86_400_000;

export interface Counterparts {
	mail: MailServer;
	sms: SmsProvider;
	push: TestPushService;
	/** The settings by which Dayboard finds them. */
	env(url: string): Record<string, string>;
	/** Told of each message that one of them took, before it answers. */
	onTaken(listener: () => Promise<void>): void;
	close(): Promise<void>;
}

export async function startCounterparts(keys: VapidKeys): Promise<Counterparts> {
	const mail = await startMailServer();
	const sms = await startSmsProvider();
	const push = await startPushService();
	return {
		...{ mail, sms, push },
		env: (url) => ({
			...{ ORIGIN: url, SMTP_URL: mail.url, MAIL_FROM: 'Clinic <board@clinic.example>' },
			...{ SMS_API_URL: sms.url, SMS_ACCOUNT: sms.account, SMS_TOKEN: sms.token },
			...{ SMS_FROM: '+48221234567', PUSH_SERVICES: push.origin },
			...{ VAPID_PUBLIC_KEY: keys.publicKey, VAPID_PRIVATE_KEY: keys.privateKey }
		}),
		onTaken(listener) {
			for (const one of [mail, sms, push]) one.onTaken(listener);
		},
		close: async () => void (await Promise.all([mail.close(), sms.close(), push.close()]))
	};
}

export const WAYS = ['email', 'sms', 'push'] as const;
export type Way = (typeof WAYS)[number];

/** One patient's message: how it was sent, what is known of it, and how often it came. */
export interface ToldPatient {
	patientId: string;
	way: Way;
	/** As stored; `null`: it was never planned. */
	state: string | null;
	/** Of its tries, in order. */
	outcomes: string[];
	responses: string[];
	/** How often the counterpart took it. */
	taken: number;
	/** How often the patient sees it: browsers show each push once. */
	seen: number;
}

export interface SendingClinic extends Clinic {
	/** Books a visit for each patient, without claims: they are there to be told of. */
	book(): Promise<void>;
	/** Whether a worker has jobs to plan in hand. */
	isBeingPlanned(): Promise<boolean>;
	/** Whether nothing is left to be planned or sent. */
	isSettled(): Promise<boolean>;
	told(): Promise<ToldPatient[]>;
}

/** @param from the number of the first patient, which stands in the address; each is reached by one way alone */
export async function sendingClinic(
	database: Database,
	owner: pg.Client,
	{ mail, sms, push }: Counterparts,
	{ from, count, keys }: { from: number; count: number; keys: VapidKeys }
): Promise<SendingClinic> {
	const clinic = await clinicFactory(database, { patients: count });
	const { organizationId, clinicId, practitionerIds, roomIds, patientIds, serviceId } = clinic;
	const addresses = patientIds.map((id, i) => {
		const way = WAYS[i % WAYS.length]!;
		const number = from + i;
		return { id, way, email: `p${number}@patient.example`, phone: `+48${600_000_000 + number}` };
	});
	await inOrganization(database, organizationId, (t) => ensureRules(t, organizationId));
	await owner.query(
		`UPDATE message_rules SET enabled = kind = 'confirmation', channels = '{email,sms,push}',
			quiet_from_minute = 0, quiet_until_minute = 0 WHERE organization_id = $1`,
		[organizationId]
	);
	await owner.query(
		`UPDATE organizations SET settings = settings || '{"messages": {"graceMinutes": 0}}' WHERE id = $1`,
		[organizationId]
	);
	await owner.query(
		`UPDATE patients p SET email = CASE WHEN a.way = 'email' THEN a.email END,
				phone = CASE WHEN a.way = 'sms' THEN a.phone END
			FROM json_to_recordset($1) AS a(id uuid, way text, email text, phone text) WHERE p.id = a.id`,
		[JSON.stringify(addresses)]
	);
	const browsers = new Map<string, TestBrowser>();
	for (const { id: patientId, way } of addresses) {
		if (way !== 'push') continue;
		const roles = [{ role: 'patient', clinicId: null, practitionerId: null, patientId }];
		const actor: Actor = { ...clinic.receptionist, roles };
		const browser = push.browser(keys.publicKey);
		const { subscription } = browser;
		await subscribeToPush(database, actor, { patientId, subscription, device: '' });
		browsers.set(patientId, browser);
	}

	function cameTo({ id, way, email, phone }: (typeof addresses)[number]) {
		if (way === 'push') {
			const { taken } = browsers.get(id)!;
			return { taken: taken.length, seen: differentIn(taken) };
		}
		const taken =
			way === 'email'
				? mail.mails.filter(({ to }) => to.includes(email)).length
				: sms.taken.filter(({ to }) => to === phone).length;
		return { taken, seen: taken };
	}

	return {
		...clinic,
		async book() {
			const startsAt = new Date(Date.now() + 30 * DAY);
			await owner.query(
				`INSERT INTO appointments (organization_id, id, clinic_id, practitioner_id, room_id, service_id,
						patient_id, starts_at, ends_at, status, new_patient, source, booked_at)
					SELECT $1, gen_random_uuid(), $2, $3, $4, $5, patient, $7::timestamptz,
						$7::timestamptz + interval '20 minutes', 'booked', false, 'reception', now()
					FROM unnest($6::uuid[]) AS patient`,
				[
					...[organizationId, clinicId, practitionerIds[0], roomIds[0], serviceId, patientIds],
					startsAt
				]
			);
		},
		async isBeingPlanned() {
			const { rowCount } = await owner.query(
				`SELECT FROM pgboss.job WHERE name = 'plan-messages' AND state = 'active' LIMIT 1`
			);
			return rowCount === 1;
		},
		async isSettled() {
			const { rows } = await owner.query<{ planned: number; settled: number }>(
				`SELECT count(*)::int AS planned, count(*) FILTER (WHERE state NOT IN ('queued', 'sending'))::int AS settled
					FROM messages WHERE organization_id = $1`,
				[organizationId]
			);
			return rows[0]!.settled === count && rows[0]!.planned === count;
		},
		async told() {
			const { rows } = await owner.query<Pick<ToldPatient, 'patientId' | 'state'> & Tries>(
				`SELECT m.patient_id AS "patientId", m.state,
						array_agg(t.outcome ORDER BY t.number) FILTER (WHERE t.number IS NOT NULL) AS outcomes,
						array_agg(t.response ORDER BY t.number) FILTER (WHERE t.number IS NOT NULL) AS responses
					FROM messages m
					LEFT JOIN message_attempts t ON t.organization_id = m.organization_id AND t.message_id = m.id
					WHERE m.organization_id = $1 GROUP BY m.organization_id, m.id`,
				[organizationId]
			);
			const stored = new Map(rows.map((row) => [row.patientId, row]));
			return addresses.map((address) => {
				const { id: patientId, way } = address;
				const { state = null, outcomes, responses } = stored.get(patientId) ?? {};
				const tries = { outcomes: outcomes ?? [], responses: responses ?? [] };
				return { patientId, way, state, ...tries, ...cameTo(address) };
			});
		}
	};
}

interface Tries {
	outcomes: string[] | null;
	responses: string[] | null;
}

const differentIn = (taken: readonly TakenPush[]) =>
	new Set(taken.map(({ text }) => readPayload(text)!.id)).size;
