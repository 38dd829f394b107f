import { describe, expect, it } from 'vitest';
import { bookingFrom, type BookingForm } from '#web/lib/panels/new-booking.ts';

const step = (serviceId: string, startsAt: number) => ({
	...{ serviceId, practitionerId: 'd', roomId: 'r', startsAt, durationMinutes: 20 }
});
const nine = Date.UTC(2027, 2, 22, 9);
const form = (over: Partial<BookingForm> = {}): BookingForm => ({
	...{ clinicId: 'c', patientId: 'p', zone: 'Europe/London', remark: '', override: '' },
	...{ referralSeen: false, walkIn: false, rule: null, steps: [step('s', nine)] },
	...over
});

describe('a new visit', () => {
	it('is one booking, saying no more than was said', () => {
		const single = bookingFrom(form());
		expect(single).toEqual({
			...{ kind: 'book', appointmentId: expect.any(String) },
			changes: { clinicId: 'c', patientId: 'p', ...step('s', nine) }
		});
	});

	it('of two services is two bookings, the note with the first', () => {
		const both = bookingFrom(form({ steps: [step('s', nine), step('t', nine + 1)], remark: 'x' }));
		const parts = both?.kind === 'together' ? both.parts : [];
		expect(parts.map((part) => part.kind === 'book' && part.changes.remark)).toEqual([
			'x',
			undefined
		]);
	});

	it('that repeats is a series at the same time of day', () => {
		const series = bookingFrom(form({ rule: 'FREQ=WEEKLY;COUNT=2' }));
		const parts = series?.kind === 'together' ? series.parts : [];
		expect(parts.map((part) => part.kind === 'book' && part.changes.startsAt)).toEqual([
			nine,
			Date.UTC(2027, 2, 29, 8)
		]);
	});

	it('is none with a rule that gives too much', () => {
		expect(bookingFrom(form({ rule: 'FREQ=DAILY;COUNT=1000' }))).toBeNull();
	});
});
