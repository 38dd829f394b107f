import { describe, expect, it } from 'vitest';
import type { AppointmentRow } from '#domain/board/documents.ts';
import { changesSince, changeWords, lookAt } from '#web/lib/board/looked.ts';

const NINE = Date.UTC(2027, 0, 4, 9);
const row = (change: Partial<AppointmentRow> = {}): AppointmentRow => ({
	...{ startsAt: NINE, durationMinutes: 20, practitionerId: 'a', roomId: 'r', serviceId: 's' },
	...{ status: 'booked', newPatient: false, source: 'reception', supportIds: [] },
	...{ overridden: false, repeats: false, walkIn: false, place: null },
	...{ arrivedAt: null, wentInAt: null, doneAt: null, revision: 1 },
	...change
});
const words = (before: AppointmentRow | null, after: AppointmentRow | null) => {
	const map = (one: AppointmentRow | null) => new Map(one ? [['x', one]] : []);
	const changes = changesSince(lookAt(map(before), 0), map(after));
	return changes.map((change) =>
		changeWords(change, {
			...{ nameOf: (id) => ({ b: 'Dr B' })[id], statusLabel: (status) => `<${status}>` },
			...{ zone: 'UTC', date: '2027-01-04' }
		})
	);
};

describe('what changed since somebody looked', () => {
	it.each<[string, AppointmentRow | null, AppointmentRow | null, string[]]>([
		['nothing', row(), row(), []],
		['a new visit', null, row(), ['new at 09:00']],
		['one that left the day', row(), null, ['09:00, moved to another day']],
		[
			'another time and doctor',
			row(),
			row({ startsAt: NINE + 3_600_000, practitionerId: 'b', revision: 2 }),
			['moved 09:00 → 10:00, now Dr B']
		],
		['another length', row(), row({ durationMinutes: 40, revision: 2 }), ['09:00, 20 → 40 min']],
		['a status', row(), row({ status: 'arrived', revision: 2 }), ["09:00, now '<arrived>'"]],
		['a note', row(), row({ revision: 2 }), ['09:00, details changed']]
	])('%s', (_, before, after, told) => {
		expect(words(before, after)).toEqual(told);
	});

	it('says nothing of who the patient is', () => {
		const look = lookAt(new Map([['x', { ...row(), name: 'Kowalska' } as AppointmentRow]]), 0);
		expect(JSON.stringify(look)).not.toContain('Kowalska');
	});
});
