/** A clinic whose patients wait: times become free, offers go out, answers come, as jobs and people would have it. */
import pg from 'pg';
import { eq } from 'drizzle-orm';
import type { Database } from '#db/database.ts';
import { organizations, patients } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { patientActor } from '#domain/booking/visitor.ts';
import { makeLinks } from '#domain/messaging/commands/message-links.ts';
import type { LinkAction } from '#domain/messaging/message.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { findSiteOf } from '#domain/site/queries.ts';
import { joinWaitlist } from '#domain/waitlist/commands.ts';
import { advanceOpening } from '#domain/waitlist/commands/advance.ts';
import type { EntryWish } from '#domain/waitlist/entry.ts';
import { entryWishSchema } from '#domain/waitlist/entry.ts';
import type { OfferState, OfferWay } from '#domain/waitlist/offer.ts';
import type { WaitlistSettings } from '#domain/waitlist/settings.ts';
import type { ClinicOptions } from './clinic-factory.ts';
import { siteFactory, type SiteClinic } from './site-factory.ts';

export interface OfferRow {
	id: string;
	entryId: string;
	patientId: string;
	openingId: string | null;
	holdId: string | null;
	round: number;
	state: OfferState;
	way: OfferWay;
	startsAt: Date;
	expiresAt: Date;
	answeredBy: string | null;
	reason: string;
}

export interface OfferDesk extends SiteClinic {
	owner: pg.Client;
	/** Puts a patient on the list. @returns the entry's id */
	waits(patient: number, wish?: Partial<EntryWish>): Promise<string>;
	/** Books a visit so many minutes from now and cancels it. @returns the opening that it leaves */
	frees(
		minutes: number,
		place?: { patient?: number; practitioner?: number; room?: number }
	): Promise<string>;
	/** What the job does. @param now epoch milliseconds */
	advance(openingId: string, now?: number): Promise<void>;
	/** Of an opening, the first made first; left out: all. */
	offers(openingId?: string): Promise<OfferRow[]>;
	/** Times that are kept in the organization now. */
	holds(): Promise<Record<string, unknown>[]>;
	opening(id: string): Promise<{ state: string; round: number; next_at: Date | null }>;
	actorOf(patientId: string): Promise<Actor>;
	/** @returns the paths of links of an offer, as a message of it would carry them */
	linksOf(
		offerId: string,
		actions: readonly LinkAction[]
	): Promise<Partial<Record<LinkAction, string>>>;
	settings(some: Partial<WaitlistSettings>): Promise<void>;
	person(patient: number, some: Partial<typeof patients.$inferInsert>): Promise<void>;
	/** Rows of a statement of the owner's. */
	ask(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

const TODAY = () => Temporal.Now.plainDateISO('UTC');

export async function offerDesk(
	{ database, ownerUrl }: { database: Database; ownerUrl: string },
	options: ClinicOptions = {}
): Promise<OfferDesk> {
	const clinic = await siteFactory(database, options);
	const { organizationId, now, receptionist } = clinic;
	const owner = new pg.Client(ownerUrl);
	await owner.connect();
	const ask = async (sql: string, values: unknown[] = []) =>
		(await owner.query<Record<string, unknown>>(sql, values)).rows;
	const within = <T>(work: Parameters<typeof inOrganization<T>>[2]) =>
		inOrganization(database, organizationId, work);
	// By day a patient may be written to: the clinic's zone has noon now.
	return {
		...{ ...clinic, owner, ask },
		async waits(patient, wish = {}) {
			const joined = await joinWaitlist(database, receptionist, {
				...({ patientId: clinic.patientIds[patient]!, source: 'reception' } as const),
				again: 'refuse',
				wish: entryWishSchema(TODAY().toString()).parse({
					...{ serviceId: clinic.serviceId, firstDate: TODAY().subtract({ days: 1 }).toString() },
					...{ lastDate: TODAY().add({ days: 20 }).toString(), noticeMinutes: 0, ...wish }
				})
			});
			if (!joined.ok) throw new Error(JSON.stringify(joined));
			return joined.value.id;
		},
		async frees(minutes, place = {}) {
			const id = await clinic.visitIn(minutes, place);
			const verdict = await carryOut(database, receptionist, {
				...{ kind: 'cancel', id: crypto.randomUUID(), madeAt: now, appointmentId: id },
				...{ basedOnRevision: 1, changes: { reason: 'patient-asked' } }
			});
			if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
			const [opening] = await ask(
				'SELECT id FROM waitlist_openings WHERE organization_id = $1 ORDER BY made_at DESC LIMIT 1',
				[organizationId]
			);
			return opening!.id as string;
		},
		advance: (openingId, at = Date.now()) =>
			advanceOpening(database, organizationId, openingId, at),
		offers: async (openingId) =>
			(await ask(
				`SELECT id, entry_id AS "entryId", patient_id AS "patientId", opening_id AS "openingId",
						hold_id AS "holdId", round, state, way, starts_at AS "startsAt", expires_at AS "expiresAt",
						answered_by AS "answeredBy", reason
					FROM waitlist_offers WHERE organization_id = $1 AND ($2::uuid IS NULL OR opening_id = $2)
					ORDER BY made_at, round`,
				[organizationId, openingId ?? null]
			)) as unknown as OfferRow[],
		holds: () => ask('SELECT id FROM holds WHERE organization_id = $1', [organizationId]),
		opening: async (id) =>
			(
				await ask('SELECT state, round, next_at FROM waitlist_openings WHERE id = $1', [id])
			)[0] as never,
		async actorOf(patientId) {
			const site = await findSiteOf(database, organizationId);
			return patientActor(site!, patientId, null);
		},
		async linksOf(offerId, actions) {
			const [offer] = await ask('SELECT patient_id FROM waitlist_offers WHERE id = $1', [offerId]);
			return within((transaction) =>
				makeLinks(transaction, database.keyring, {
					...{ organizationId, actions, offerId, appointmentId: null },
					patientId: offer!.patient_id as string,
					expiresAt: new Date(Date.now() + 3_600_000)
				})
			);
		},
		settings: (some) =>
			within(async (transaction) => {
				await transaction
					.update(organizations)
					.set({ settings: { waitlist: some } })
					.where(eq(organizations.id, organizationId));
			}),
		person: (patient, some) =>
			within(async (transaction) => {
				await transaction
					.update(patients)
					.set(some)
					.where(eq(patients.id, clinic.patientIds[patient]!));
			})
	};
}

export const minutes = (count: number) => count * MINUTE_MS;
