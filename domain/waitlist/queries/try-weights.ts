/** What other weights would have changed for times that became free: everybody who waited then, weighed anew. */
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { dayInterval } from '../../availability/local-day.ts';
import { listName } from '../../directory/patient-search.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { DryRunChange, DryRunPerson, DryRunSlice, DryRunWish } from '../dry-run.ts';
import type { PastList, PastOpening } from '../past-list.ts';
import type { Ranked, Weights } from '../score.ts';
import { readPastList, readPastOpenings } from './past-list.ts';
import { readWaitlistSettings } from './settings.ts';

/**
 * What is known of then and what is not, `domain/waitlist/past-list.ts` says. Nothing is changed; where it says who
 * somebody is, the audit says so.
 * @param wish days on which times became free, in `zone`
 * @returns the times whose first would have been somebody else; `not-allowed`
 */
export async function tryWeights(
	database: Database,
	actor: Actor,
	{ weights, from, until, zone }: DryRunWish & { zone: string }
): Promise<Result<DryRunSlice>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'waitlist-rule.write', everywhere)) return refuse('not-allowed');
	const days = { from: dayInterval(from, zone).start, until: dayInterval(until, zone).end };
	const read = await forActor(database, actor, async (transaction) => {
		const { openings, leftOut } = await readPastOpenings(transaction, organizationId, days);
		if (openings.length === 0) return null;
		const settings = await readWaitlistSettings(transaction, organizationId);
		const list = await readPastList(transaction, organizationId, openings);
		return { openings, leftOut, list, held: settings.weights };
	});
	if (read === null) return accept({ times: 0, changes: [], leftOut: 0 });
	const { times, others } = await weigh(read, weights);
	return accept({ times, changes: await named(database, actor, others), leftOut: read.leftOut });
}

interface Other {
	opening: PastOpening;
	now: Ranked;
	then: Ranked;
}

/** @returns how many times suited somebody, and those whose first is another one by the weights that are tried */
async function weigh(
	{ openings, list, held }: { openings: readonly PastOpening[]; list: PastList; held: Weights },
	tried: Weights
): Promise<{ times: number; others: Other[] }> {
	const others: Other[] = [];
	let times = 0;
	for (const opening of openings) {
		const [now, then] = list.firstsFor(opening, [held, tried]);
		if (now && then) {
			times++;
			if (now.entryId !== then.entryId) others.push({ opening, now, then });
		}
		// This process serves pages meanwhile.
		await othersTurn();
	}
	return { times, others };
}

async function named(
	database: Database,
	actor: Actor,
	others: readonly Other[]
): Promise<DryRunChange[]> {
	if (others.length === 0) return [];
	const { organizationId } = actor;
	const entryIds = new Set(others.flatMap(({ now, then }) => [now.entryId, then.entryId]));
	return forActor(database, actor, async (transaction) => {
		const { rows } = await transaction.$client.query<Patient>(PATIENTS, [
			organizationId,
			[...entryIds]
		]);
		const patients = new Map(rows.map((row) => [row.entryId, row]));
		const told = new Set<string>();
		const person = ({ entryId, score }: Ranked, { clinicId }: PastOpening): DryRunPerson => {
			const subject = { organizationId, clinicId, practitionerId: null };
			const patient = authorize(actor, 'people.read', subject) ? patients.get(entryId)! : null;
			if (patient) told.add(patient.id);
			return { entryId, score, name: patient && listName(patient) };
		};
		const changes = others.map(({ opening, now, then }): DryRunChange => {
			const { id: openingId, clinicId, startsAt } = opening;
			const both = { now: person(now, opening), then: person(then, opening) };
			return { openingId, clinicId, startsAt, ...both };
		});
		if (told.size > 0) {
			const detail = { patientIds: [...told] };
			await audit(transaction, actor, { kind: 'offers-read', detail });
		}
		return changes;
	});
}

interface Patient {
	entryId: string;
	id: string;
	familyName: string;
	givenName: string;
}

const PATIENTS = `SELECT e.id AS "entryId", p.id, p.family_name AS "familyName", p.given_name AS "givenName"
	FROM waitlist_entries e JOIN patients p ON p.organization_id = $1 AND p.id = e.patient_id
	WHERE e.organization_id = $1 AND e.id = ANY($2::uuid[])`;
