/** The language of the public page that is being rendered: each request has its own. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { SITE_LANGUAGES, type SiteLanguage } from '#domain/site/site.ts';
import { overwriteGetLocale } from '#web/lib/paraglide/runtime.js';

const locales = new AsyncLocalStorage<SiteLanguage>();
overwriteGetLocale(() => locales.getStore() ?? 'en');

/** @returns the language that an address begins with; staff's pages are in English */
export function siteLanguageOf(pathname: string): SiteLanguage {
	return SITE_LANGUAGES.find((language) => pathname.startsWith(`/${language}/`)) ?? 'en';
}

/** Runs `work` so that all messages are in `language`. */
export function inLanguage<T>(language: SiteLanguage, work: () => T): T {
	return locales.run(language, work);
}
