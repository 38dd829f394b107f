/** Which of several rules of one kind holds for a visit. Pure. */
import type { RuleKind } from './message.ts';

export interface RulePlace {
	kind: RuleKind;
	/** `null`: at every clinic, for every service. */
	clinicId: string | null;
	serviceId: string | null;
}

/**
 * @returns the most specific one: for the service at the clinic, else for the service, else for the clinic, else for
 *   all; `null`: there is none. It may be switched off: then nothing of its kind is sent.
 */
export function ruleFor<Rule extends RulePlace>(
	rules: readonly Rule[],
	kind: RuleKind,
	{ clinicId, serviceId }: { clinicId: string; serviceId: string }
): Rule | null {
	const fitting = rules.filter(
		(rule) =>
			rule.kind === kind &&
			(rule.clinicId === null || rule.clinicId === clinicId) &&
			(rule.serviceId === null || rule.serviceId === serviceId)
	);
	return fitting.toSorted((a, b) => weight(b) - weight(a))[0] ?? null;
}

function weight({ clinicId, serviceId }: RulePlace): number {
	return (serviceId === null ? 0 : 2) + (clinicId === null ? 0 : 1);
}
