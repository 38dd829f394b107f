import { describe, expect, it } from 'vitest';
import { historyWords } from '#web/lib/panels/history-words.ts';

const at = (hour: number, minute = 0) => Date.UTC(2026, 10, 24, hour, minute);
const NAMES: Record<string, string> = {
	nowak: 'Dr Nowak',
	okafor: 'Dr Okafor',
	one: 'Room 1',
	two: 'Room 2',
	check: 'Check-up',
	scan: 'Ultrasound 1'
};
const context = {
	nameOf: (id: string) => NAMES[id],
	statusLabel: (status: string) => (status === 'booked' ? 'Booked' : undefined),
	...{ zone: 'UTC', date: '2026-11-24' }
};
const placed = { practitionerId: 'nowak', roomId: 'one', serviceId: 'check', startsAt: at(9) };
type Told = Parameters<typeof historyWords>[0];
const booking = (more: object = {}): Told => ({
	...{ kind: 'book', before: null, after: { ...placed, ...more } }
});
const change = (kind: string, before: object, after: object, others = 0): Told => ({
	...{ kind, others },
	before: before as Record<string, unknown>,
	after: after as Record<string, unknown>
});
const BOOKED = 'Booked for 09:00 with Dr Nowak in Room 1, Check-up';

describe('what happened to a visit', () => {
	it.each<[string, Told, string]>([
		['booking', booking(), BOOKED],
		[
			'an override',
			booking({ overrideReason: 'in pain' }),
			`${BOOKED}, against the rules, because: in pain`
		],
		[
			'a series',
			{ ...booking({ seriesId: 's' }), others: 3 },
			`${BOOKED}, as part of a series, together with 3 other changes`
		],
		['a group', booking({ place: 2 }), `${BOOKED}, place 2 of a group`],
		['a walk-in', booking({ walkIn: true }), `${BOOKED}, came without an appointment`],
		[
			'an exchange',
			change(
				'move',
				{ startsAt: at(9), endsAt: at(9, 20) },
				{ startsAt: at(10), endsAt: at(10, 20) },
				1
			),
			'Moved from 09:00 to 10:00, together with another change'
		],
		[
			'another doctor, room and device',
			change(
				'move',
				{ practitionerId: 'nowak', roomId: 'one', supportIds: [] },
				{ practitionerId: 'okafor', roomId: 'two', supportIds: ['scan'] }
			),
			'From Dr Nowak to Dr Okafor, from Room 1 to Room 2, with Ultrasound 1'
		],
		[
			'a move that keeps to the rules again',
			change(
				'move',
				{ startsAt: at(18), overrideReason: 'in pain' },
				{ startsAt: at(10), overrideReason: null }
			),
			'Moved from 18:00 to 10:00, no longer against the rules'
		],
		[
			'a length',
			change('resize', { endsAt: at(10) }, { endsAt: at(11) }),
			'Now until 11:00, before until 10:00'
		],
		[
			'a status',
			change('set-status', { status: 'booked' }, { status: 'arrived' }),
			"Set from 'Booked' to 'arrived'"
		],
		[
			'a confirmation',
			change('confirm', { confirmedAt: null }, { confirmedAt: at(9), confirmedBy: 'patient' }),
			'Confirmed by the patient'
		],
		[
			'a confirmation by phone',
			change('confirm', { confirmedAt: null }, { confirmedAt: at(9), confirmedBy: 'staff' }),
			'Confirmed by phone, as reception says'
		],
		[
			'a confirmation taken back',
			change('confirm', { confirmedAt: at(9) }, { confirmedAt: null, confirmedBy: null }),
			'Not confirmed any more'
		],
		[
			'a move of a visit that was confirmed',
			change(
				'move',
				{ startsAt: at(9), confirmedAt: at(8) },
				{ startsAt: at(10), confirmedAt: null }
			),
			'Moved from 09:00 to 10:00, not confirmed any more'
		],
		[
			'somebody at the kiosk',
			change('check-in', { status: 'booked' }, { status: 'arrived', by: 'kiosk' }),
			'The patient is here: said so at the kiosk'
		],
		[
			'somebody with a link',
			change('check-in', { status: 'booked' }, { status: 'arrived', by: 'link' }),
			'The patient is here: said so on the phone, by a link'
		],
		[
			'cancelling',
			change('cancel', {}, { cancelReason: 'patient-asked' }),
			'Cancelled: the patient asked'
		],
		['a note', change('remark', {}, { remark: 'brings her son' }), 'Note: brings her son'],
		['a note that went', change('remark', {}, { remark: '' }), 'Note removed'],
		[
			'a note that is not shown',
			change('remark', { remark: true }, { remark: true }),
			'Note changed'
		],
		[
			'an import',
			change('import', { startsAt: at(9) }, { startsAt: at(10) }),
			'Changed by another system: moved from 09:00 to 10:00'
		],
		[
			'an undo',
			change('undo', { startsAt: at(10) }, { startsAt: at(9), undoes: 'x', of: 'move' }),
			'Undone: moved from 10:00 to 09:00'
		],
		[
			'a cancellation that was undone',
			change('undo', { status: 'cancelled' }, { status: 'booked', of: 'cancel' }),
			"Undone: now 'Booked'"
		],
		[
			'a booking that was undone',
			change('undo', { status: 'booked' }, { status: 'cancelled', of: 'book' }),
			'Undone: the booking'
		],
		[
			'what was done again',
			change('redo', { endsAt: at(10) }, { endsAt: at(11), of: 'resize' }),
			'Done again: now until 11:00, before until 10:00'
		]
	])('%s', (_, entry, words) => {
		expect(historyWords(entry, context)).toBe(words);
	});

	it('blocked time, on another day too', () => {
		const block = { resourceId: 'nowak', kind: 'meeting', startsAt: at(9), endsAt: at(10) };
		const elsewhere = { ...context, date: '' };
		expect(historyWords({ kind: 'block', before: null, after: block }, elsewhere)).toBe(
			'Meeting for Dr Nowak, Tue 24 Nov, 09:00 to 10:00'
		);
		expect(historyWords(change('unblock', block, { removed: true }), context)).toBe(
			'Given back: meeting for Dr Nowak, 09:00 to 10:00'
		);
	});
});
