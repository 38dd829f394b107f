/** Which equipment and staff go with a visit. */
import { besidesSession, isSameSession, type SessionTime } from './group-sessions.ts';
import { contains, overlaps, type Interval } from './intervals.ts';
import { accept, refuse, type Result } from './refusals.ts';
import { refusalFor, type SupportSituation } from './resource-situation.ts';
import { claimedInterval, visitInterval, type ServiceNeeds, type VisitTime } from './visit-time.ts';

/**
 * @returns one free device or person for each that the service needs: those first that are with the session already,
 *   then those that come first in the list
 */
export function chooseSupport(
	time: VisitTime,
	{ service, support }: { service: ServiceNeeds; support: readonly SupportSituation[] | null },
	session: SessionTime | null
): Result<string[]> {
	if (support === null) return accept([]);
	const isWithSession = ({ busy }: SupportSituation) =>
		session !== null && busy.some((one) => one.session && isSameSession(one.session, session));
	const candidates = support
		.toSorted((a, b) => Number(isWithSession(b)) - Number(isWithSession(a)))
		.map((one) => ({ ...one, busy: [...besidesSession(one.busy, session)] }));
	const visit = visitInterval(time);
	const chosen: string[] = [];
	for (const kind of ['equipment', 'staff'] as const) {
		const claimed = claimedInterval(time, service, kind);
		for (const capability of kind === 'equipment' ? service.equipmentKinds : service.staffKinds) {
			const fitting = candidates.filter(
				(one) => one.kind === kind && one.capability === capability && !chosen.includes(one.id)
			);
			const free = fitting.find(
				(one) =>
					one.working.some((hours) => contains(hours, visit)) &&
					!one.busy.some((taken) => overlaps(taken, claimed))
			);
			if (!free) return supportRefusal(claimed, kind, fitting);
			chosen.push(free.id);
		}
	}
	return accept(chosen);
}

/** All that could do are in the way; the one that is free again first comes first. */
function supportRefusal(
	claimed: Interval,
	kind: 'equipment' | 'staff',
	fitting: readonly SupportSituation[]
): Result<never> {
	const obstacles = fitting.flatMap((one) => {
		const refusal = refusalFor(claimed, one, kind);
		return refusal && !refusal.ok ? (refusal.refusal.obstacles ?? []) : [];
	});
	return refuse(`${kind}-busy`, { obstacles: obstacles.sort((a, b) => a.until - b.until) });
}
