/**
 * Puts the people of a spreadsheet on the waitlist. The same list brought twice, or again after it was interrupted,
 * puts nobody on it twice: each batch is a transaction of its own that looks first at who waits already.
 */
import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { currentDataKey } from '../../../db/encryption/sealing.ts';
import { clinics, practitioners, services } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { instantAt, localDateOf } from '../../availability/local-day.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { missingFields } from '../import/columns.ts';
import type { ListedRow } from '../import/same-person.ts';
import { sampleOf } from '../import/sample-row.ts';
import type { DuplicateRow, ImportCounts, ImportRequest, ImportStep } from '../import/steps.ts';
import { readList } from './import/list-reader.ts';
import {
	addRows,
	findKnown,
	planAlongIndexes,
	type KnownRow,
	type PlacingContext
} from './import/place-rows.ts';

/** So many are read at the same time in one process, whoever brings them: each takes a thread and its memory. */
const MOST_AT_ONCE = 2;
let underWay = 0;

const SAMPLES = 10;

/**
 * @param bytes the file as it was sent
 * @returns the steps, carried out as they are asked for; whoever stops asking stops it after the batch that is under way.
 *   `not-allowed` for those who may not change everybody's waitlist
 */
export function importWaitlist(
	database: Database,
	actor: Actor,
	bytes: Uint8Array,
	request: ImportRequest,
	now: number = Date.now()
): Result<AsyncGenerator<ImportStep>> {
	if (!mayImport(actor)) return refuse('not-allowed');
	return accept(steps(database, actor, bytes, request, now));
}

/** @returns whether the actor may put whomever they like on the waitlist */
export function mayImport(actor: Actor): boolean {
	const { organizationId } = actor;
	const everybody = { organizationId, clinicId: null, practitionerId: null };
	return authorize(actor, 'waitlist.write', everybody);
}

async function* steps(
	database: Database,
	actor: Actor,
	bytes: Uint8Array,
	request: ImportRequest,
	now: number
): AsyncGenerator<ImportStep> {
	if (underWay >= MOST_AT_ONCE) {
		const message = 'Other lists are being read right now. Please try again in a minute.';
		yield { kind: 'unusable', message };
		return;
	}
	underWay++;
	try {
		yield* readAndPlace(database, actor, bytes, request, now);
	} finally {
		underWay--;
	}
}

async function* readAndPlace(
	database: Database,
	actor: Actor,
	bytes: Uint8Array,
	{ mode, columns, order }: ImportRequest,
	now: number
): AsyncGenerator<ImportStep> {
	const directory = await readDirectory(database, actor);
	const { zone } = directory;
	const key = await currentDataKey(database, actor.organizationId);
	const context: PlacingContext = {
		...{ organizationId: actor.organizationId, userId: actor.userId, key, now: new Date(now) },
		instantOf: (date) => new Date(instantAt(date, 0, zone))
	};
	const importId = crypto.randomUUID();
	const counts: ImportCounts = { done: 0, total: 0, added: 0, duplicates: 0, bad: 0 };
	let samples = 0;
	const task = { bytes, columns, order, directory, today: localDateOf(now, zone) };
	for await (const answer of readList(task)) {
		switch (answer.kind) {
			case 'unusable':
				yield answer;
				return;
			case 'table': {
				counts.total = answer.total;
				yield answer;
				const isClear = missingFields(answer.columns).length === 0 && !answer.dateInDoubt;
				if (mode === 'add' && !isClear) return;
				break;
			}
			case 'bad':
				counts.bad += answer.rows.length;
				counts.done += answer.rows.length;
				yield {
					kind: 'rows',
					counts: { ...counts },
					bad: answer.rows,
					duplicates: [],
					samples: []
				};
				break;
			case 'good': {
				const { rows } = answer;
				const placed = await placeBatch(database, actor, rows, mode === 'add' ? context : null, {
					id: importId
				});
				counts.added += placed.added.length;
				counts.duplicates += placed.duplicates.length;
				counts.done += rows.length;
				const shown = placed.added.slice(0, SAMPLES - samples);
				samples += shown.length;
				yield {
					...{ kind: 'rows', counts: { ...counts }, bad: [], duplicates: placed.duplicates },
					samples: shown.map((row) => sampleOf(row, directory))
				};
				break;
			}
			case 'end':
				yield { kind: 'end', counts };
		}
	}
}

/** @param context `null`: nothing is stored. @returns who went on the list, or would */
async function placeBatch(
	database: Database,
	actor: Actor,
	rows: readonly ListedRow[],
	context: PlacingContext | null,
	list: { id: string }
): Promise<{ added: ListedRow[]; duplicates: DuplicateRow[] }> {
	const { organizationId } = actor;
	const single = rows.filter(({ sameAs }) => sameAs === null);
	return forActor(database, actor, async (transaction) => {
		// Two lists at a time would both find nobody of a name, and make the same patient twice.
		const name = `waitlist-import/${organizationId}`;
		if (context) {
			await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
			await planAlongIndexes(transaction);
		}
		const known = await findKnown(transaction, organizationId, single);
		const fresh: KnownRow[] = known.filter(({ waits }) => !waits);
		const went = context
			? await addRows(transaction, context, fresh)
			: new Set(fresh.map(({ row }) => row));
		const added = rows.filter((row) => went.has(row));
		const duplicates = rows
			.filter((row) => !went.has(row))
			.map(({ number, sameAs }) => ({ number, sameAs }));
		if (context && added.length > 0) {
			await audit(transaction, actor, {
				kind: 'waitlist-imported',
				subject: { kind: 'waitlist-import', id: list.id },
				detail: { added: added.length }
			});
		}
		return { added, duplicates };
	});
}

/** @returns what a list may name, and the zone in which its dates are meant: of the first clinic */
async function readDirectory(database: Database, actor: Actor) {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const places = await transaction
			.select({ id: clinics.id, name: clinics.name, zone: clinics.zone })
			.from(clinics)
			.where(eq(clinics.organizationId, organizationId))
			.orderBy(asc(clinics.name));
		return {
			clinics: places.map(({ id, name }) => ({ id, name })),
			zone: places[0]?.zone ?? 'UTC',
			services: await transaction
				.select({ id: services.id, name: services.name })
				.from(services)
				.where(eq(services.organizationId, organizationId)),
			doctors: await transaction
				.select({ id: practitioners.id, name: practitioners.name })
				.from(practitioners)
				.where(eq(practitioners.organizationId, organizationId))
		};
	});
}
