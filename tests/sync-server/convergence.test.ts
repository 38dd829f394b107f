import { expect, it } from 'vitest';
import { createRandom, type Random } from '#db/demo/random.ts';
import { BOARD_MAPS, documentName } from '#domain/board/documents.ts';
import { readBoard } from '#domain/board/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { bookingOf } from '../factories/clinic-factory.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';
import { watchBoard } from '../support/watched-board.ts';

const MIDNIGHT = Date.UTC(2027, 0, 4);
const DATE = '2027-01-04';
const NOW = Date.UTC(2027, 0, 1);
const SEED = process.env.DAYBOARD_SEED ?? 'convergence';
const ROUNDS = 25;
const AT_ONCE = 8;

const at = useSyncClinic({ practitioners: 4, rooms: 4, patients: 20 });

/** @returns intents of all kinds for one crowded day; many will be refused, which is as it should be */
function intentSource(random: Random): () => Intent {
	const appointmentIds: string[] = [];
	const blockIds: string[] = [];
	const below = (count: number) => random.whole(0, count - 1);
	const startsAt = () => MIDNIGHT + (8 * 60 + below(100) * 5) * 60_000;
	const envelope = () => ({ id: crypto.randomUUID(), madeAt: 0 });
	const known = () => ({
		...{ ...envelope(), appointmentId: random.pick(appointmentIds) },
		basedOnRevision: 1 + below(2)
	});
	const kinds: Record<string, () => Intent> = {
		book() {
			const place = { practitioner: below(4), room: below(4), patient: below(20) };
			const booking = bookingOf(at.clinic, { startsAt: startsAt(), ...place });
			appointmentIds.push(booking.appointmentId);
			return booking;
		},
		move() {
			const changes = {
				startsAt: startsAt(),
				practitionerId: random.pick(at.clinic.practitionerIds)
			};
			return { ...known(), kind: 'move', changes };
		},
		resize: () => ({
			...{ ...known(), kind: 'resize' },
			changes: { durationMinutes: 5 * (1 + below(8)) }
		}),
		cancel: () => ({ ...known(), kind: 'cancel', changes: { reason: 'other' } }),
		block() {
			const blockId = crypto.randomUUID();
			blockIds.push(blockId);
			const place = {
				clinicId: at.clinic.clinicId,
				resourceId: random.pick(at.clinic.practitionerIds)
			};
			const changes = { ...place, startsAt: startsAt(), durationMinutes: 30 };
			return { ...envelope(), kind: 'block', blockId, changes: { ...changes, kind: 'break' } };
		},
		unblock: () => ({
			...{ ...envelope(), kind: 'unblock', blockId: random.pick(blockIds) },
			basedOnRevision: 1
		})
	};
	const early = ['book', 'block'];
	const later = ['book', 'book', 'book', 'move', 'move', 'move', 'resize', 'cancel', 'block'];
	return () => {
		const begun = appointmentIds.length > 10 && blockIds.length > 2;
		return kinds[random.pick(begun ? [...later, 'unblock'] : early)]!();
	};
}

it(`every board equals the database after random changes (seed ${SEED})`, async () => {
	const next = intentSource(createRandom(SEED));
	const watch = async () => {
		const client = at.connect();
		const board = await client.openBoard(at.clinic.clinicId, DATE);
		const epoch = board.configuration.name.split('/').at(-1)!;
		const place = { clinicId: at.clinic.clinicId, date: DATE, epoch, practitionerId: null };
		const watched = watchBoard(board.document);
		const people = await client.mustOpen(documentName({ kind: 'people', ...place }));
		return { board, people, watched };
	};
	const watchers = [await watch()];
	const outcomes = { accepted: 0, adjusted: 0, refused: 0 };
	for (let round = 0; round < ROUNDS; round++) {
		// Newcomers load the board while it changes.
		const newcomer = round % 5 === 0 ? watch() : null;
		const verdicts = await Promise.all(
			Array.from({ length: AT_ONCE }, () =>
				carryOut(at.fresh.database, at.clinic.receptionist, next(), { now: NOW })
			)
		);
		for (const { outcome } of verdicts) outcomes[outcome as keyof typeof outcomes]++;
		if (newcomer) watchers.push(await newcomer);
	}
	expect(outcomes.accepted).toBeGreaterThan(40);
	expect(outcomes.refused).toBeGreaterThan(40);
	const stored = (await readBoard(at.fresh.database, { ...at.clinic, date: DATE }))!;
	for (const { board, people, watched } of watchers) {
		await until(() => {
			const shown = BOARD_MAPS.map((map) => [map, board.document.getMap(map).toJSON()]);
			expect(Object.fromEntries(shown)).toEqual(stored.rows);
			expect(people.document.getMap('people').toJSON()).toEqual(stored.people);
			return true;
		}, 'a board to equal the database');
		// Nor did any of them ever show two visits at one time with one doctor or in one room.
		expect(watched.broken()).toEqual([]);
	}
});
