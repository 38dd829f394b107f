import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { readBoard } from '#domain/board/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent, Part } from '#domain/scheduling/intents.ts';
import { clinicFactory, staffFactory, type Clinic } from '../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { BUFFER_AFTER, ClinicModel, type Command, type Status, type Who } from './clinic-model.ts';

/** `npm run property` runs 10,000; CI a sample. */
const SEQUENCES = Number(process.env.DAYBOARD_SEQUENCES ?? 150);
const SEED = Number(process.env.DAYBOARD_SEED ?? 20_270_104);
const DATE = '2027-01-04';
const MIDNIGHT = Date.UTC(2027, 0, 4);
const NOW = Date.UTC(2027, 0, 1);
const MINUTE_MS = 60_000;

let fresh: FreshDatabase;
let owner: pg.Client;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

/** Books beside another visit: two random bookings hardly ever are of one group. */
interface Join {
	kind: 'join';
	who: Who;
	stale: boolean;
	visit: number;
	patient: number;
}

const few = (most: number) => fc.integer({ min: 0, max: most });
/** Two patients of a group, then a third for whom there is no place: the least that is said about groups. */
const FULL_GROUP: Command[] = [0, 1, 2].map((patient) => ({
	...{ who: 'receptionist', stale: false, kind: 'book' },
	...{ doctor: 0, room: 0, patient, start: 600 }
}));

/** Too rare in random sequences: a confirmed visit that is moved, then confirmed anew, then given another room. */
const CONFIRMED: Command[] = [
	{ kind: 'book', doctor: 0, room: 0, patient: 0, start: 600 },
	{ kind: 'confirm', visit: 0, confirmed: true },
	{ kind: 'move', visit: 0, doctor: 0, room: 0, start: 660 },
	{ kind: 'confirm', visit: 0, confirmed: true, stale: true },
	{ kind: 'confirm', visit: 0, confirmed: true },
	{ kind: 'move', visit: 0, doctor: 0, room: 1, start: 660 },
	{ kind: 'confirm', visit: 0, confirmed: false, stale: true }
].map((one) => ({ who: 'receptionist', stale: false, ...one }) as Command);
const MOVED = CONFIRMED.slice(0, 3);
const GIVEN_UP: Command[] = [
	...CONFIRMED.slice(0, 2),
	{ who: 'receptionist', stale: false, kind: 'cancel', visit: 0 }
];

const EXAMPLES: [Command[], 1 | 2][] = [
	[FULL_GROUP, 2],
	[MOVED, 1],
	[CONFIRMED, 1],
	[GIVEN_UP, 1]
];

/** Crowded on purpose: two doctors, two rooms, three patients, and times around opening and closing as well. */
const start = few(40).map((step) => 7 * 60 + 30 + step * 15);
const who = fc.constantFrom<Who>('receptionist', 'receptionist', 'administrator', 'doctor');
const stale = few(5).map((n) => n === 0);
const of = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
	fc.record({ who, stale, ...shape } as never) as fc.Arbitrary<never>;
const command: fc.Arbitrary<Command | Join> = fc.oneof(
	{
		weight: 5,
		arbitrary: of({
			kind: fc.constant('book'),
			doctor: few(1),
			room: few(1),
			patient: few(2),
			start
		})
	},
	{ weight: 4, arbitrary: of({ kind: fc.constant('join'), visit: few(3), patient: few(2) }) },
	{
		weight: 4,
		arbitrary: of({ kind: fc.constant('move'), visit: few(9), doctor: few(1), room: few(1), start })
	},
	{
		weight: 2,
		arbitrary: of({
			...{ kind: fc.constant('resize'), visit: few(9) },
			minutes: few(11).map((n) => 5 + n * 5)
		})
	},
	{
		weight: 4,
		arbitrary: of({
			...{ kind: fc.constant('set-status'), visit: few(9) },
			status: fc.constantFrom<Status>(
				...(['pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'noshow'] as const),
				'needs-review'
			)
		})
	},
	{ weight: 2, arbitrary: of({ kind: fc.constant('swap'), visit: few(5), other: few(5) }) },
	{ weight: 2, arbitrary: of({ kind: fc.constant('cancel'), visit: few(9) }) },
	{ weight: 1, arbitrary: of({ kind: fc.constant('remark'), visit: few(9) }) },
	{
		weight: 4,
		arbitrary: of({
			...{ kind: fc.constant('confirm'), visit: few(2) },
			confirmed: few(3).map((n) => n > 0)
		})
	},
	{
		weight: 2,
		arbitrary: of({
			kind: fc.constant('block'),
			resource: fc.record({ kind: fc.constantFrom('doctor', 'room'), place: few(1) }),
			...{ start, minutes: few(7).map((n) => 15 + n * 15) }
		})
	},
	{ weight: 1, arbitrary: of({ kind: fc.constant('unblock'), block: few(4) }) }
);

interface Run {
	clinic: Clinic;
	actors: Record<Who, Actor>;
	model: ClinicModel;
	visitIds: string[];
	blockIds: string[];
}

async function begin(places: number): Promise<Run> {
	const { database } = fresh;
	const clinic = await clinicFactory(database, {
		...{ practitioners: 2, rooms: 2, patients: 3 },
		bufferAfterMinutes: BUFFER_AFTER,
		service: { places }
	});
	const [practitionerId] = clinic.practitionerIds;
	const actors = {
		receptionist: clinic.receptionist,
		administrator: await staffFactory(database, clinic, { role: 'organization-administrator' }),
		doctor: await staffFactory(database, clinic, {
			role: 'doctor',
			practitionerId: practitionerId!
		})
	};
	return { clinic, actors, model: new ClinicModel(places), visitIds: [], blockIds: [] };
}

const at = (minute: number) => MIDNIGHT + minute * MINUTE_MS;

/** @returns the intent that a command stands for, with the ids of this run */
function intentOf(asked: Command, { clinic, model, visitIds, blockIds }: Run): Intent {
	const envelope = { id: crypto.randomUUID(), madeAt: 0 };
	const resource = (kind: 'doctor' | 'room', place: number) =>
		(kind === 'doctor' ? clinic.practitionerIds : clinic.roomIds)[place]!;
	if (asked.kind === 'book') {
		return {
			...{ ...envelope, kind: 'book', appointmentId: crypto.randomUUID() },
			changes: {
				...{ clinicId: clinic.clinicId, serviceId: clinic.serviceId },
				practitionerId: resource('doctor', asked.doctor),
				roomId: resource('room', asked.room),
				patientId: clinic.patientIds[asked.patient]!,
				startsAt: at(asked.start)
			}
		};
	}
	if (asked.kind === 'block') {
		const { kind, place } = asked.resource;
		return {
			...{ ...envelope, kind: 'block', blockId: crypto.randomUUID() },
			changes: {
				...{ clinicId: clinic.clinicId, resourceId: resource(kind, place), kind: 'meeting' },
				...{ startsAt: at(asked.start), durationMinutes: asked.minutes }
			}
		};
	}
	if (asked.kind === 'unblock') {
		// A removed block has revision 2; asking for it again is refused whatever the revision.
		const basedOnRevision = asked.stale ? 3 : 1;
		return { ...envelope, kind: 'unblock', blockId: blockIds[asked.block]!, basedOnRevision };
	}
	if (asked.kind === 'swap') {
		const move = (from: number, to: number): Part => {
			const { doctor, room, start } = model.visits[to]!;
			const { revision } = model.visits[from]!;
			return {
				...{ kind: 'move', appointmentId: visitIds[from]! },
				basedOnRevision: asked.stale ? revision - 1 : revision,
				changes: {
					...{ practitionerId: resource('doctor', doctor), roomId: resource('room', room) },
					startsAt: at(start)
				}
			};
		};
		const parts = [move(asked.visit, asked.other), move(asked.other, asked.visit)];
		return { ...envelope, kind: 'together', parts };
	}
	const { revision } = model.visits[asked.visit]!;
	const subject = {
		...{ ...envelope, appointmentId: visitIds[asked.visit]! },
		basedOnRevision: asked.stale ? revision - 1 : revision
	};
	switch (asked.kind) {
		case 'move':
			return {
				...{ ...subject, kind: 'move' },
				changes: {
					startsAt: at(asked.start),
					practitionerId: resource('doctor', asked.doctor),
					roomId: resource('room', asked.room)
				}
			};
		case 'resize':
			return { ...subject, kind: 'resize', changes: { durationMinutes: asked.minutes } };
		case 'set-status':
			return { ...subject, kind: 'set-status', changes: { status: asked.status } };
		case 'confirm':
			return { ...subject, kind: 'confirm', changes: { confirmed: asked.confirmed } };
		case 'cancel':
			return { ...subject, kind: 'cancel', changes: { reason: 'other' } };
		case 'remark':
			return { ...subject, kind: 'remark', changes: { remark: `note ${revision}` } };
	}
}

/** Whether what a command names is there at all. */
function isPossible(asked: Command, { model }: Run): boolean {
	if (asked.kind === 'swap') {
		// The schema refuses a visit that is named twice.
		const both = [asked.visit, asked.other].map((place) => model.visits[place]);
		const named = both.every((visit) => visit && !(asked.stale && visit.revision === 1));
		return named && asked.visit !== asked.other;
	}
	if ('visit' in asked) {
		const visit = model.visits[asked.visit];
		// No revision is less than 1, and the schema says so.
		return visit !== undefined && !(asked.stale && visit.revision === 1);
	}
	return asked.kind !== 'unblock' || model.blocks[asked.block] !== undefined;
}

/** Whoever joins is booked where, when and with whom another visit is. */
function settled(asked: Command | Join, { model }: Run): Command | null {
	if (asked.kind !== 'join') return asked;
	const visit = model.visits[asked.visit];
	if (!visit) return null;
	const { who, stale, patient } = asked;
	const { doctor, room, start } = visit;
	return { kind: 'book', ...{ who, stale, patient, doctor, room, start } };
}

async function step(drawn: Command | Join, run: Run): Promise<void> {
	const asked = settled(drawn, run);
	if (!asked || !isPossible(asked, run)) return;
	const intent = intentOf(asked, run);
	const verdict = await carryOut(fresh.database, run.actors[asked.who], intent, { now: NOW });
	// Where what it is based on is not the last, somebody changed another field: it is carried out, and told so.
	const isNews = asked.stale && !['book', 'block'].includes(asked.kind);
	const done = isNews ? 'adjusted' : 'accepted';
	const expected = run.model.carryOut(asked) ? done : 'refused';
	expect([asked, verdict.outcome]).toEqual([asked, expected]);
	if (verdict.outcome === 'refused') return;
	if (asked.kind === 'book') run.visitIds.push(verdict.subjectId);
	if (asked.kind === 'block') run.blockIds.push(verdict.subjectId);
}

async function compare(run: Run, places: number): Promise<number> {
	const { clinic, model } = run;
	const board = (await readBoard(fresh.database, { ...clinic, date: DATE }))!;
	const shown = run.visitIds.map((id) => {
		const row = board.rows.appointments[id]!;
		return {
			doctor: clinic.practitionerIds.indexOf(row.practitionerId),
			room: clinic.roomIds.indexOf(row.roomId),
			start: (row.startsAt - MIDNIGHT) / MINUTE_MS,
			...{ minutes: row.durationMinutes, status: row.status, revision: row.revision },
			confirmed: row.confirmedAt !== undefined
		};
	});
	expect(shown).toEqual(
		model.visits.map(({ doctor, room, start: from, minutes, status, revision, confirmed }) => ({
			...{ doctor, room, start: from, minutes, status, revision, confirmed }
		}))
	);
	expect(Object.keys(board.rows.blocks)).toHaveLength(
		model.blocks.filter(({ removed }) => !removed).length
	);
	const { rows } = await owner.query<{
		overlaps: number;
		together: number;
		events: number;
		histories: boolean;
	}>(
		`SELECT (SELECT count(*)::int FROM claims a JOIN claims b ON a.resource_id = b.resource_id
				AND a.busy && b.busy AND (a.appointment_id, a.block_id) IS DISTINCT FROM (b.appointment_id, b.block_id)
				AND (a.session_key IS NULL OR a.session_key IS DISTINCT FROM b.session_key)
				WHERE a.organization_id = $1) AS overlaps,
			(SELECT coalesce(max(together), 1)::int FROM (SELECT count(*) AS together FROM claims
				WHERE organization_id = $1 AND session_key IS NOT NULL GROUP BY resource_id, session_key) s) AS together,
			(SELECT count(*)::int FROM events WHERE organization_id = $1) AS events,
			(SELECT coalesce(bool_and(revision = (SELECT count(*) FROM events e
				WHERE e.organization_id = $1 AND e.subject_id = appointments.id)), true)
				FROM appointments WHERE organization_id = $1) AS histories`,
		[clinic.organizationId]
	);
	const { together, ...found } = rows[0]!;
	expect(found).toEqual({ overlaps: 0, events: model.events, histories: true });
	expect(together).toBeLessThanOrEqual(places);
	return together;
}

it(
	`${SEQUENCES} random sequences of commands: the database does what a plain model does (seed ${SEED})`,
	{ timeout: 60_000 + SEQUENCES * 1_000 },
	async () => {
		let groups = 0;
		const sequence = fc.array(command, { minLength: 5, maxLength: 40 });
		await fc.assert(
			fc.asyncProperty(sequence, fc.constantFrom(1, 2), async (commands, places) => {
				const run = await begin(places);
				for (const asked of commands) await step(asked, run);
				groups += Number((await compare(run, places)) > 1);
			}),
			{
				...{ seed: SEED, numRuns: SEQUENCES, endOnFailure: false },
				examples: EXAMPLES
			}
		);
		// Else nothing was said about them.
		expect(groups).toBeGreaterThan(0);
	}
);
