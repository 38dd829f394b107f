import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAppointment } from '#domain/scheduling/queries.ts';
import { seriesOf } from '#domain/scheduling/queries/series.ts';
import { MAX_REPEATS, movedAlike, seriesParts, seriesStarts } from '#domain/scheduling/series.ts';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, NOW } from './clinic-desk.ts';

const first = Date.parse('2027-03-22T08:00:00Z');
const startsOf = (rule: string, zone = 'Europe/Warsaw') => seriesStarts(first, rule, zone);
const days = (rule: string) => {
	const starts = startsOf(rule);
	if (!starts.ok) return starts.refusal.code;
	return starts.value.map((start) => new Date(start).toISOString().slice(5, 16));
};

describe('a rule', () => {
	it('keeps the time on the clinic’s clock when clocks change', () => {
		expect(days('FREQ=WEEKLY;COUNT=3')).toEqual(['03-22T08:00', '03-29T07:00', '04-05T07:00']);
	});

	it.each<[string, string[]]>([
		['FREQ=DAILY;INTERVAL=2;COUNT=2', ['03-22T08:00', '03-24T08:00']],
		['RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3', ['03-22T08:00', '03-24T08:00', '03-29T07:00']],
		['FREQ=MONTHLY;COUNT=2', ['03-22T08:00', '04-22T07:00']],
		['FREQ=WEEKLY;UNTIL=20270330T000000Z', ['03-22T08:00', '03-29T07:00']]
	])('%s', (rule, expected) => expect(days(rule)).toEqual(expected));

	it.each([
		'FREQ=WEEKLY',
		'FREQ=WEEKLY;COUNT=100000',
		'FREQ=DAILY;UNTIL=99990101T000000Z',
		'FREQ=WEEKLY;COUNT=0',
		'FREQ=MINUTELY;COUNT=3',
		'FREQ=DAILY;BYSECOND=7;COUNT=3',
		'EXDATE:20270322',
		'',
		'FREQ=WEEKLY;COUNT=3\nRRULE:FREQ=DAILY;COUNT=3'
	])('"%s" is refused, and names the field', (rule) => {
		expect(startsOf(rule)).toEqual({ ok: false, refusal: { code: 'invalid', field: 'rule' } });
	});

	it('takes as many as one transaction books', () => {
		expect(startsOf(`FREQ=DAILY;COUNT=${MAX_REPEATS}`).ok).toBe(true);
		expect(startsOf(`FREQ=DAILY;COUNT=${MAX_REPEATS + 1}`).ok).toBe(false);
	});
});

describe('a series', () => {
	let fresh: FreshDatabase;
	let clinic: Clinic;
	let desk: ReturnType<typeof deskOf>;
	beforeAll(async () => {
		fresh = await freshDatabase();
		clinic = await clinicFactory(fresh.database);
		desk = deskOf(fresh, clinic);
	});
	afterAll(() => fresh.drop());
	const monday = Date.UTC(2027, 1, 1);
	const partsFrom = (startsAt: number, patient = 0) => {
		const starts = seriesStarts(startsAt, 'FREQ=WEEKLY;COUNT=4', 'Europe/London');
		if (!starts.ok) throw new Error(starts.refusal.code);
		return seriesParts(desk.booking({ startsAt, patient }), starts.value);
	};
	const startOf = async (id: string) => {
		const read = await readAppointment(fresh.database, clinic.receptionist, id);
		return read.ok ? read.value.startsAt : null;
	};

	it('is booked all at once, or the dates that do not work are listed with proposals', async () => {
		const parts = partsFrom(at(monday, 9));
		expect(await desk.together(parts)).toMatchObject(ACCEPTED);
		const third = partsFrom(at(monday, 9), 1);
		const clash = await desk.together(third);
		expect(clash).toMatchObject({ refusal: { code: 'some-refused' } });
		const refused = (clash.outcome === 'refused' && clash.refusal.parts) || [];
		expect(refused).toHaveLength(4);
		expect(refused.every(({ refusal }) => refusal.alternatives?.length === 3)).toBe(true);
	});

	it('is moved and cancelled as one: this one, this and the later ones, or all', async () => {
		const parts = partsFrom(at(monday, 14), 2);
		expect(await desk.together(parts)).toMatchObject(ACCEPTED);
		const ids = parts.map((part) => (part as { appointmentId: string }).appointmentId);
		const series = await seriesOf(fresh.database, clinic.receptionist, ids[1]!, NOW);
		if (!series.ok) throw new Error(series.refusal.code);
		expect(series.value.map(({ appointmentId }) => appointmentId)).toEqual(ids);
		const [, second] = series.value;
		const later = series.value.slice(1);
		const tuesday = { startsAt: at(second!.startsAt, 24, 30) };
		const move = movedAlike(later, { from: second!.startsAt, changes: tuesday }, 'Europe/London');
		expect(await desk.together(move)).toMatchObject(ACCEPTED);
		expect(await startOf(ids[0]!)).toBe(at(monday, 14));
		expect(await startOf(ids[3]!)).toBe(at(monday, 24 * 22 + 14, 30));
		const cancel = later.map(({ appointmentId }) => ({
			...{ kind: 'cancel' as const, appointmentId, basedOnRevision: 2 },
			changes: { reason: 'patient-asked' as const }
		}));
		expect(await desk.together(cancel)).toMatchObject(ACCEPTED);
		const left = await seriesOf(fresh.database, clinic.receptionist, ids[0]!, NOW);
		expect(left.ok && left.value).toHaveLength(1);
	});

	it('is not shown to strangers', async () => {
		const stranger = await clinicFactory(fresh.database);
		const parts = partsFrom(at(monday, 11), 3);
		await desk.together(parts);
		const id = (parts[0] as { appointmentId: string }).appointmentId;
		expect(await seriesOf(fresh.database, stranger.receptionist, id, NOW)).toMatchObject({
			refusal: { code: 'not-found' }
		});
	});
});
