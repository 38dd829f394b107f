/** How a message names a visit's day and time, in the patient's language and the clinic's zone. Pure. */
import type { SiteLanguage } from '../site/site.ts';
import { PLACEHOLDERS, type TemplateValues } from './template.ts';

/** Britain's, not the United States': the day before the month, 24 hours. */
const LOCALES: Record<SiteLanguage, string> = { en: 'en-GB', pl: 'pl-PL' };

/** What a message may say of a visit. */
export interface VisitFacts {
	/** Epoch milliseconds. */
	startsAt: number;
	zone: string;
	patient: { givenName: string };
	clinic: { name: string; address: string; phone: string };
	doctor: { name: string };
	service: { name: string; preparation: string };
	organization: { name: string };
	/** Of a time that is offered: until when it is kept, and when that is said. Left out: nothing is offered. */
	offer?: { until: number; at: number } | null;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than a thousand uses of it. */
function format(key: string, locale: string, options: Intl.DateTimeFormatOptions) {
	const known = formats.get(key);
	if (known) return known;
	const made = new Intl.DateTimeFormat(locale, options);
	formats.set(key, made);
	return made;
}

/** @returns such as `Tuesday 3 March`, `wtorek, 3 marca` */
export function dayInWords(startsAt: number, zone: string, language: SiteLanguage): string {
	const options = { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone } as const;
	return format(`day/${language}/${zone}`, LOCALES[language], options).format(startsAt);
}

/** @returns such as `09:30` */
export function timeInWords(startsAt: number, zone: string, language: SiteLanguage): string {
	const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone } as const;
	return format(`time/${language}/${zone}`, LOCALES[language], options).format(startsAt);
}

/** @returns such as `14:20`; on another day than it is said `Tuesday 3 March, 14:20` */
export function untilInWords(
	{ until, at }: { until: number; at: number },
	zone: string,
	language: SiteLanguage
): string {
	const [day, today] = [until, at].map((moment) => dayInWords(moment, zone, language));
	const time = timeInWords(until, zone, language);
	return day === today ? time : `${day}, ${time}`;
}

/** @returns what stands for each placeholder; `links` for those of links, where there are any */
export function visitValues(
	visit: VisitFacts,
	language: SiteLanguage,
	links: Partial<TemplateValues> = {}
): TemplateValues {
	const { startsAt, zone, offer } = visit;
	return {
		...(Object.fromEntries(PLACEHOLDERS.map((name) => [name, ''])) as TemplateValues),
		'patient.givenName': visit.patient.givenName,
		'visit.day': dayInWords(startsAt, zone, language),
		'visit.time': timeInWords(startsAt, zone, language),
		'clinic.name': visit.clinic.name,
		'clinic.address': visit.clinic.address,
		'clinic.phone': visit.clinic.phone,
		'doctor.name': visit.doctor.name,
		'service.name': visit.service.name,
		'service.preparation': visit.service.preparation,
		'organization.name': visit.organization.name,
		'offer.until': offer ? untilInWords(offer, zone, language) : '',
		...links
	};
}
