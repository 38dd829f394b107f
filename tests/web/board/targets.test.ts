/** Where a card that is held may be put down, from a board's rows. */
import { describe, expect, it } from 'vitest';
import type { AppointmentRow, PersonRow } from '#domain/board/documents.ts';
import type { BoardIndex } from '#domain/board/situation.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { Targets } from '#web/lib/board/targets.ts';

const MIDNIGHT = Date.UTC(2027, 0, 4);
const at = (hour: number, minute = 0) => MIDNIGHT + (hour * 60 + minute) * MINUTE_MS;
const work = {
	working: [[at(8), at(12)] as [number, number]],
	...{ breaks: [], away: [] }
};

const visit = (startsAt: number, more: Partial<AppointmentRow> = {}): AppointmentRow => ({
	...{ startsAt, durationMinutes: 30, practitionerId: 'ada', roomId: 'one', serviceId: 'check' },
	...{
		status: 'booked',
		newPatient: false,
		source: 'reception',
		supportIds: [],
		overridden: false
	},
	...{ repeats: false, walkIn: false, place: null, revision: 1 },
	...{ arrivedAt: null, wentInAt: null, doneAt: null },
	...more
});

/** Two doctors and two rooms, open from 8 to 12. */
function boardWith(rows: Partial<BoardIndex> = {}): BoardIndex {
	const doctor = (name: string, order: number) => ({
		...{ name, order, specialty: '', ...work, serviceIds: ['check'], ownMinutes: {} }
	});
	const room = (name: string, order: number) => ({ name, order, kind: 'consulting', ...work });
	return {
		clinic: {
			...{ name: 'Clinic', zone: 'UTC', date: '2027-01-04' },
			...{ dayStart: MIDNIGHT, dayEnd: at(24), open: [[at(8), at(12)]], closed: [] }
		},
		practitioners: new Map([
			['ada', doctor('Ada', 0)],
			['ben', doctor('Ben', 1)]
		]),
		rooms: new Map([
			['two', room('Two', 1)],
			['one', room('One', 0)]
		]),
		support: new Map(),
		services: new Map([
			[
				'check',
				{
					...{ name: 'Check', hue: 0, durationMinutes: 30, places: 1, roomKind: null },
					...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 10 },
					...{ roomBufferBeforeMinutes: 0, roomBufferAfterMinutes: 0 },
					...{ equipmentKinds: [], staffKinds: [], referralNeeded: false }
				}
			]
		]),
		...{ appointments: new Map(), blocks: new Map(), offers: new Map() },
		...rows
	};
}

const held = { serviceId: 'check', leftOut: ['held'], patientId: 'anna' };
const personOf = (patientId: string) => ({ patientId }) as PersonRow;
const adaIn = (roomId: string) => ({ practitionerId: 'ada', roomId });
const half = (startsAt: number) => ({ startsAt, durationMinutes: 30 });

/** @returns why Ada in room one cannot have it at nine */
function objectionWith(rows: Partial<BoardIndex>, people: [string, PersonRow][] = []) {
	const targets = new Targets(boardWith(rows), new Map(people), held);
	const objection = targets.objection(adaIn('one'), half(at(9)));
	return objection && (objection === 'unknown' ? objection : objection.code);
}

describe('what is in the way of a card that is held', () => {
	const block = { resourceId: 'ada', durationMinutes: 30, kind: 'break' as const, revision: 1 };
	const offer = {
		...{ durationMinutes: 30, practitionerId: 'ben', roomId: 'one', serviceId: 'check' },
		...{ state: 'made' as const, expiresAt: at(8), openingId: null }
	};
	it.each<[string, Partial<BoardIndex>, [string, PersonRow][], string | null]>([
		['nothing', {}, [], null],
		['not itself', { appointments: new Map([['held', visit(at(9))]]) }, [], null],
		['the doctor', { appointments: new Map([['b', visit(at(9))]]) }, [], 'practitioner-busy'],
		[
			'the rest that the doctor has after a visit',
			{ appointments: new Map([['b', visit(at(8, 25))]]) },
			[],
			'practitioner-busy'
		],
		[
			'the room, which somebody else is in',
			{ appointments: new Map([['b', visit(at(9), { practitionerId: 'ben' })]]) },
			[],
			'room-busy'
		],
		[
			'nobody who does not come',
			{ appointments: new Map([['b', visit(at(9), { status: 'cancelled' })]]) },
			[],
			null
		],
		[
			'blocked time',
			{ blocks: new Map([['b', { ...block, startsAt: at(9) }]]) },
			[],
			'practitioner-blocked'
		],
		[
			'a time that is kept for somebody',
			{ offers: new Map([['b', { ...offer, startsAt: at(9) }]]) },
			[],
			'held'
		],
		[
			'the patient, who is elsewhere',
			{
				appointments: new Map([['b', visit(at(9), { practitionerId: 'ben', roomId: 'two' })]])
			},
			[['b', personOf('anna')]],
			'patient-busy'
		]
	])('%s', (_, rows, people, expected) => {
		expect(objectionWith(rows, people)).toBe(expected);
	});

	it('is nothing that it knows of where the doctor or the room is not on this board', () => {
		const targets = new Targets(boardWith(), new Map(), held);
		expect(targets.objection({ practitionerId: 'ada', roomId: 'attic' }, half(at(9)))).toBe(
			'unknown'
		);
		expect(targets.objection({ practitionerId: 'eve', roomId: 'one' }, half(at(9)))).toBe(
			'unknown'
		);
	});
});

describe('the room gives way', () => {
	const taken = boardWith({
		appointments: new Map([['b', visit(at(9), { practitionerId: 'ben', roomId: 'one' })]])
	});
	const targets = new Targets(taken, new Map(), held);

	it('where the wanted one is taken, to the first that is free', () => {
		expect(targets.roomFor(adaIn('one'), half(at(9)))).toBe('two');
		expect(targets.roomFor(adaIn('one'), half(at(10)))).toBe('one');
		expect(targets.roomFor(adaIn('two'), half(at(10)))).toBe('two');
	});

	it('and stays where no other would do', () => {
		expect(targets.roomFor(adaIn('one'), half(at(13)))).toBe('one');
	});

	it('so that ground is lit where some room would do, up to its end', () => {
		expect(targets.ground('ada', null, 30)).toEqual([{ start: at(8), end: at(12) }]);
		expect(targets.ground('ada', 'one', 30)).toEqual([
			{ start: at(8), end: at(9) },
			{ start: at(9, 30), end: at(12) }
		]);
		// Ben rests for ten minutes after his visit, and before it he needs as many.
		expect(targets.ground('ben', 'two', 30)).toEqual([
			{ start: at(8), end: at(8, 50) },
			{ start: at(9, 40), end: at(12) }
		]);
		expect(targets.ground('eve', null, 30)).toEqual([]);
	});
});
