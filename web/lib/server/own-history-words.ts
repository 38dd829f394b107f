/** What happened to a visit, in the patient's words. */
import type { OwnVisit } from '#domain/patients/queries/own-data.ts';
import type { SiteLanguage } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { getLocale } from '#web/lib/paraglide/runtime.js';
import { reasonTold, statusTold } from '#web/lib/site/visit-words.ts';
import { datedTime } from '#web/lib/site/visit-time.ts';

/** @returns one sentence about a change */
export function historyTold(
	{ kind, before, after }: OwnVisit['history'][number],
	{ zone }: Pick<OwnVisit, 'zone'>
): string {
	const at = (instant: number) => datedTime(instant, zone, getLocale() as SiteLanguage);
	if (kind === 'book' || kind === 'import') {
		return after.startsAt === undefined
			? m.account_history_changed()
			: m.account_history_booked({ time: at(after.startsAt) });
	}
	if (kind === 'cancel') {
		return m.account_history_cancelled({ reason: reasonTold(after.cancelReason ?? null) });
	}
	if (after.startsAt !== undefined && before.startsAt !== undefined) {
		return m.account_history_moved({ from: at(before.startsAt), to: at(after.startsAt) });
	}
	if (after.status !== undefined) {
		return m.account_history_status({ status: statusTold(after.status) });
	}
	return after.isAnotherDoctor ? m.account_history_doctor() : m.account_history_changed();
}
