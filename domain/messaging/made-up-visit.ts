/** A visit that nobody has, and links that lead nowhere: what templates are shown with. Pure. */
import { LINK_PLACEHOLDERS, type Placeholder, type TemplateValues } from './template.ts';
import type { VisitFacts } from './visit-words.ts';

/** Nobody is called so on purpose: who a patient is has no place in a preview. */
export const EXAMPLE_NAME = 'Maria';

const DAYS_AHEAD = 2;

/** @param now epoch milliseconds */
export function madeUpVisit(now: number): VisitFacts {
	const zone = 'Europe/London';
	const day = Temporal.Instant.fromEpochMilliseconds(now)
		.toZonedDateTimeISO(zone)
		.toPlainDate()
		.add({ days: DAYS_AHEAD });
	const start = day.toZonedDateTime({ timeZone: zone, plainTime: '09:20' });
	const until = start.subtract({ hours: 2 });
	return {
		...{ startsAt: start.epochMilliseconds, zone, patient: { givenName: EXAMPLE_NAME } },
		clinic: { name: 'Riverside', address: '1 Bridge Street', phone: '+44 20 7946 0000' },
		doctor: { name: 'Dr Nowak' },
		service: { name: 'Check-up', preparation: 'Please bring your glasses.' },
		organization: { name: 'Riverside Clinics' },
		offer: { until: until.epochMilliseconds, at: until.epochMilliseconds }
	};
}

/** As long as those of real messages: how many SMS a text takes depends on it. */
const CODE = 'NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63Xyk';

/** @param origin where Dayboard is reached, without a slash at the end */
export function exampleLinks(origin: string): Partial<TemplateValues> {
	const names = Object.keys(LINK_PLACEHOLDERS) as Placeholder[];
	return Object.fromEntries(names.map((name) => [name, `${origin}/l/${CODE}`]));
}
