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
