/** What patients are told of a service. */
import type { SiteService } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';

/** @returns how long it takes and whom it is for, a line each */
export function serviceFacts(service: SiteService): string[] {
	return [
		m.service_minutes({ minutes: service.durationMinutes }),
		agesWords(service),
		service.referralNeeded ? m.service_referral() : ''
	].filter((line) => line !== '');
}

function agesWords({ minAgeYears: from, maxAgeYears: until }: SiteService): string {
	if (from !== null && until !== null) return m.service_ages({ from, until });
	if (from !== null) return m.service_from_age({ from });
	return until === null ? '' : m.service_until_age({ until });
}
