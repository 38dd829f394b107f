/** Times as patients read them: in the clinic's zone, in the page's language. */
import type { SiteLanguage } from '#domain/site/site.ts';

const TAGS: Record<SiteLanguage, string> = { en: 'en-GB', pl: 'pl-PL' };

/** @returns `Wednesday 25 November` */
export function dayWords(instant: number, zone: string, lang: SiteLanguage): string {
	return new Intl.DateTimeFormat(TAGS[lang], {
		...{ weekday: 'long', day: 'numeric', month: 'long' },
		timeZone: zone
	}).format(instant);
}

/** @returns `09:40` */
export function clockTime(instant: number, zone: string, lang: SiteLanguage): string {
	return new Intl.DateTimeFormat(TAGS[lang], {
		...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
		timeZone: zone
	}).format(instant);
}

/** @returns `Wednesday 25 November, 09:40` */
export function fullTime(instant: number, zone: string, lang: SiteLanguage): string {
	return `${dayWords(instant, zone, lang)}, ${clockTime(instant, zone, lang)}`;
}

/** @returns `25 November 2026, 09:40`: for what may be long ago */
export function datedTime(instant: number, zone: string, lang: SiteLanguage): string {
	const day = new Intl.DateTimeFormat(TAGS[lang], {
		...{ day: 'numeric', month: 'long', year: 'numeric' },
		timeZone: zone
	}).format(instant);
	return `${day}, ${clockTime(instant, zone, lang)}`;
}

/** @param date `YYYY-MM-DD`. @returns `25 November 1984` */
export function dateWords(date: string, lang: SiteLanguage): string {
	return new Intl.DateTimeFormat(TAGS[lang], {
		...{ day: 'numeric', month: 'long', year: 'numeric' },
		timeZone: 'UTC'
	}).format(Date.parse(date));
}
