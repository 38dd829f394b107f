/** The language of the public page that is being rendered: each request has its own. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { SITE_LANGUAGES, type SiteLanguage } from '#domain/site/site.ts';
import { overwriteGetLocale } from '#web/lib/paraglide/runtime.js';

/** What a request is answered in; a page whose address does not say it sets it once it knows. */
interface Spoken {
	language: SiteLanguage;
}

const spoken = new AsyncLocalStorage<Spoken>();
overwriteGetLocale(() => spoken.getStore()?.language ?? 'en');

/** @returns the language that an address begins with; staff's pages are in English */
export function siteLanguageOf(pathname: string): SiteLanguage {
	return SITE_LANGUAGES.find((language) => pathname.startsWith(`/${language}/`)) ?? 'en';
}

/** @returns the language that somebody chose on a page without one in its path: `?lang=pl` */
export function chosenLanguage({ searchParams }: URL): SiteLanguage | null {
	return SITE_LANGUAGES.find((language) => language === searchParams.get('lang')) ?? null;
}

/** Runs `work` so that all messages are in the language of `locals` at that moment. */
export function inLanguageOf<T>(locals: Spoken, work: () => T): T {
	return spoken.run(locals, work);
}
