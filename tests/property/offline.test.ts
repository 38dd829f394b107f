import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOARD_MAPS } from '#domain/board/documents.ts';
import { readBoard } from '#domain/board/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { verdictsOf } from '#domain/scheduling/queries.ts';
import type { AppointmentStatus } from '#domain/scheduling/appointment.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from '../factories/clinic-factory.ts';
import { Client, honestHeaders, startSync, type SyncUnderTest } from '../support/sync-client.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';
import { watchBoard } from '../support/watched-board.ts';
import { Person } from './offline-person.ts';

/** Each has four people connect and leave again and again: `npm run property` runs 200, CI a sample. */
const SEQUENCES = Math.ceil(Number(process.env.DAYBOARD_SEQUENCES ?? 600) / 50);
const SEED = Number(process.env.DAYBOARD_SEED ?? 20_270_105);
const DATE = '2040-01-04';
const MIDNIGHT = Date.UTC(2040, 0, 4);
const MINUTE_MS = 60_000;

let fresh: FreshDatabase;
let owner: pg.Client;
let under: SyncUnderTest;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	under = await startSync(fresh);
});
afterAll(async () => {
	await under.close();
	await owner.end();
	await fresh.drop();
});

/** Visits that are there when a day begins. */
const BEFORE = 5;

/** Things are named by their number, so that a step can be drawn before anything exists. */
type Step = { who: number } & (
	| { do: 'line' }
	| { do: 'restart' }
	| { do: 'repeat'; which: number }
	| { do: 'settle' }
	| { do: 'book'; doctor: number; room: number; patient: number; start: number }
	| { do: 'move'; visit: number; doctor: number; start: number }
	| { do: 'status'; visit: number; status: AppointmentStatus }
	| { do: 'note' | 'confirm' | 'cancel'; visit: number }
	| { do: 'block'; doctor: number; start: number }
);

const few = (most: number) => fc.integer({ min: 0, max: most });
const who = few(3);
const doctor = few(1);
const visit = few(5);
/** Crowded on purpose: everything lies in two hours. */
const start = few(8).map((step) => 9 * 60 + step * 15);
const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 5, arbitrary: fc.record({ who, do: fc.constant('line' as const) }) },
	{ weight: 1, arbitrary: fc.record({ who, do: fc.constant('restart' as const) }) },
	{ weight: 1, arbitrary: fc.record({ who, do: fc.constant('repeat' as const), which: few(9) }) },
	{ weight: 2, arbitrary: fc.record({ who, do: fc.constant('settle' as const) }) },
	{
		weight: 5,
		arbitrary: fc.record({
			...{ who, do: fc.constant('book' as const), doctor, room: few(1), patient: few(4), start }
		})
	},
	{
		weight: 8,
		arbitrary: fc.record({ who, do: fc.constant('move' as const), visit, doctor, start })
	},
	{
		weight: 3,
		arbitrary: fc.record({
			...{ who, do: fc.constant('status' as const), visit },
			status: fc.constantFrom('arrived', 'noshow', 'booked', 'needs-review')
		})
	},
	{
		weight: 3,
		arbitrary: fc.record({
			...{ who, do: fc.constantFrom('note' as const, 'confirm' as const, 'cancel' as const), visit }
		})
	},
	{ weight: 1, arbitrary: fc.record({ who, do: fc.constant('block' as const), doctor, start }) }
);

async function begin() {
	const { database } = fresh;
	const clinic = await clinicFactory(database, { practitioners: 2, rooms: 2, patients: 5 });
	// Something to meet on.
	for (let patient = 0; patient < BEFORE; patient++) {
		const startsAt = at((9 + patient) * 60);
		await carryOut(database, clinic.receptionist, bookingOf(clinic, { startsAt, patient }));
	}
	const place = { host: under.host, clinicId: clinic.clinicId, date: DATE };
	const { organizationId, practitionerIds } = clinic;
	const make = (role: string, practitionerId: string | null = null) =>
		staffFactory(database, { organizationId }, { role, practitionerId });
	const actors = [
		clinic.receptionist,
		await make('receptionist'),
		await make('organization-administrator'),
		await make('doctor', practitionerIds[0]!)
	];
	const people = await Promise.all(
		actors.map(async (actor) => new Person(actor, await sessionFactory(database, actor), place))
	);
	const looker = new Client(
		under.host,
		honestHeaders(under.host, await sessionFactory(database, clinic.receptionist))
	);
	const board = await looker.openBoard(clinic.clinicId, DATE);
	const watched = watchBoard(board.document);
	for (const person of people) await person.goOnline();
	return { clinic, people, looker, board, watched };
}

const at = (minute: number) => MIDNIGHT + minute * MINUTE_MS;

async function take(drawn: Step, clinic: Clinic, people: readonly Person[]): Promise<void> {
	const person = people[drawn.who]!;
	const appointmentId = 'visit' in drawn ? person.knownVisits[drawn.visit] : undefined;
	if ('visit' in drawn && appointmentId === undefined) return;
	const known = {
		appointmentId: appointmentId!,
		basedOnRevision: person.wishes.revisionOf(appointmentId ?? '')
	};
	switch (drawn.do) {
		case 'line':
			if (person.isOnline) person.goOffline();
			else await person.goOnline();
			return;
		case 'restart':
			return person.restart();
		case 'repeat': {
			const intent = person.asked[drawn.which];
			if (intent) person.repeat(intent);
			return;
		}
		case 'settle':
			await settled(people.filter(({ isOnline }) => isOnline));
			return;
		case 'book':
			return person.ask({
				...{ kind: 'book', appointmentId: crypto.randomUUID() },
				changes: {
					...{ clinicId: clinic.clinicId, serviceId: clinic.serviceId },
					practitionerId: clinic.practitionerIds[drawn.doctor]!,
					roomId: clinic.roomIds[drawn.room]!,
					patientId: clinic.patientIds[drawn.patient]!,
					startsAt: at(drawn.start)
				}
			});
		case 'move': {
			const practitionerId = clinic.practitionerIds[drawn.doctor]!;
			return person.ask({
				...{ ...known, kind: 'move' },
				changes: { startsAt: at(drawn.start), practitionerId }
			});
		}
		case 'status':
			if (drawn.status === 'cancelled') return;
			return person.ask({ ...known, kind: 'set-status', changes: { status: drawn.status } });
		case 'note':
			return person.ask({ ...known, kind: 'remark', changes: { remark: `of ${drawn.who}` } });
		case 'confirm':
			return person.ask({ ...known, kind: 'confirm', changes: { confirmed: true } });
		case 'cancel':
			return person.ask({ ...known, kind: 'cancel', changes: { reason: 'other' } });
		case 'block':
			return person.ask({
				...{ kind: 'block', blockId: crypto.randomUUID() },
				changes: {
					...{ clinicId: clinic.clinicId, kind: 'break', durationMinutes: 15 },
					...{ resourceId: clinic.practitionerIds[drawn.doctor]!, startsAt: at(drawn.start) }
				}
			});
	}
}

const settled = (people: readonly Person[]) =>
	until(() => people.every(({ waiting }) => waiting === 0), 'every intent to have its verdict');

/** What is true of every sequence, whatever was drawn. */
async function compare(clinic: Clinic, people: readonly Person[]) {
	const stored = (await readBoard(fresh.database, { ...clinic, date: DATE }))!;
	let done = 0;
	for (const { actor, asked, verdicts, contradictions } of people) {
		expect(contradictions).toEqual([]);
		const kept = await verdictsOf(
			fresh.database,
			actor,
			asked.map(({ id }) => id)
		);
		// Each has one verdict, the one that its author heard.
		expect(Object.fromEntries(kept.map((one) => [one.intentId, one]))).toEqual(
			Object.fromEntries(verdicts)
		);
		expect(verdicts.size).toBe(asked.length);
		done += kept.filter(({ outcome }) => outcome !== 'refused').length;
	}
	// What was carried out happened once, and nothing else did.
	const { rows } = await owner.query<{ events: number; histories: boolean }>(
		`SELECT (SELECT count(*)::int FROM events WHERE organization_id = $1) AS events,
			(SELECT coalesce(bool_and(revision = (SELECT count(*) FROM events e
				WHERE e.organization_id = $1 AND e.subject_id = appointments.id)), true)
				FROM appointments WHERE organization_id = $1) AS histories`,
		[clinic.organizationId]
	);
	expect(rows[0]).toEqual({ events: BEFORE + done, histories: true });
	return stored;
}

/** One person's changes of one visit are carried out in the order in which they were made. */
function expectOrder({ actor, asked, verdicts }: Person): void {
	const made = asked.flatMap(({ id }) => {
		const verdict = verdicts.get(id);
		return verdict && verdict.outcome !== 'refused' ? [verdict] : [];
	});
	for (const [subject, own] of Map.groupBy(made, ({ subjectId }) => subjectId)) {
		const revisions = own.map(({ revision }) => revision);
		const sorted = revisions.toSorted((a, b) => a - b);
		expect([actor.name, subject, revisions]).toEqual([actor.name, subject, sorted]);
	}
}

it(
	`${SEQUENCES} random days of four people, with and without a line, end as the database says (seed ${SEED})`,
	{ timeout: 60_000 + SEQUENCES * 10_000 },
	async () => {
		const outcomes = { accepted: 0, adjusted: 0, refused: 0 };
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 70 }), async (steps) => {
				const { clinic, people, looker, board, watched } = await begin();
				try {
					for (const drawn of steps) await take(drawn, clinic, people);
					for (const person of people) await person.goOnline();
					await settled(people);
					const stored = await compare(clinic, people);
					for (const person of people) expectOrder(person);
					const shown = (of: (map: string) => unknown) =>
						Object.fromEntries(BOARD_MAPS.map((map) => [map, of(map)]));
					const boards = [
						(map: string) => board.document.getMap(map).toJSON(),
						...people.map((person) => (map: string) => person.shown(map))
					];
					for (const of of boards) {
						await until(() => {
							expect(shown(of)).toEqual(stored.rows);
							return true;
						}, 'a board to equal the database');
					}
					for (const one of [watched, ...people.flatMap((person) => person.watched)]) {
						expect(one.broken()).toEqual([]);
					}
					for (const { verdicts } of people) {
						for (const { outcome } of verdicts.values()) outcomes[outcome]++;
					}
				} finally {
					for (const person of people) person.goOffline();
					looker.close();
				}
			}),
			{ numRuns: SEQUENCES, seed: SEED, endOnFailure: true }
		);
		// Days on which nobody met anybody would say nothing.
		expect(outcomes.accepted).toBeGreaterThan(SEQUENCES);
		expect(outcomes.adjusted).toBeGreaterThan(SEQUENCES / 4);
		expect(outcomes.refused).toBeGreaterThan(SEQUENCES);
	}
);
