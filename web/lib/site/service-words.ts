/** What patients are told of a service. */
import type { SiteLanguage, SiteService } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';

/** In which money and language prices are told. */
export interface PriceWay {
	/** ISO 4217 */
	currency: string;
	lang: SiteLanguage;
}

/** @returns `£45`, or that it is free */
export function priceWords(priceMinor: number, { currency, lang }: PriceWay): string {
	if (priceMinor === 0) return m.service_free();
	return new Intl.NumberFormat(lang === 'pl' ? 'pl-PL' : 'en-GB', {
		...{ style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' }
	}).format(priceMinor / 100);
}

/** @returns how long it takes, what it costs and whom it is for, a line each */
export function serviceFacts(service: SiteService, way: PriceWay): string[] {
	return [
		m.service_minutes({ minutes: service.durationMinutes }),
		service.priceMinor === null ? '' : priceWords(service.priceMinor, way),
		agesWords(service),
		service.referralNeeded ? m.service_referral() : ''
	].filter((line) => line !== '');
}

function agesWords({ minAgeYears: from, maxAgeYears: until }: SiteService): string {
	if (from !== null && until !== null) return m.service_ages({ from, until });
	if (from !== null) return m.service_from_age({ from });
	return until === null ? '' : m.service_until_age({ until });
}
