/** Telling patients that the doctor runs late: who is told, by which rule, and when. Pure; epoch milliseconds. */
import { z } from 'zod';
import { MAX_PARTS } from '../scheduling/intents.ts';
import { dueTime } from './due-time.ts';
import type { PlanRule, PlanVisit, WantedMessage } from './plan.ts';
import { ruleFor } from './rule-choice.ts';
import type { KnownMessage } from './told.ts';

/** The visits that were moved: as many as one change moves. */
export const delaySchema = z.strictObject({
	appointmentIds: z
		.array(z.uuid())
		.min(1)
		.max(MAX_PARTS)
		.refine((ids) => new Set(ids).size === ids.length, 'must name each visit once')
});
export type DelayInput = z.infer<typeof delaySchema>;

/** Whoever was told this often on one visit reads no further one. */
export const MAX_DELAYS_TOLD = 3;

/** Why a patient is not told: is here or was never to come, is told already, was told too often, or no rule says it. */
export const UNTOLD_REASONS = ['not-waiting', 'told-already', 'told-often', 'rule-off'] as const;
export type UntoldReason = (typeof UNTOLD_REASONS)[number];

export interface DelayTold {
	/** Visits whose patients are told, when nothing stands against it as it is sent. */
	told: string[];
	untold: { appointmentId: string; reason: UntoldReason }[];
}

export interface DelaySituation {
	visit: PlanVisit;
	/** Of the clinic. */
	zone: string;
	rules: readonly PlanRule[];
	known: readonly KnownMessage[];
	now: number;
	graceMinutes: number;
}

/** @returns the message that tells the patient when the visit begins now, or why there is none */
export function delayMessage({
	visit,
	zone,
	rules,
	known,
	now,
	graceMinutes
}: DelaySituation): WantedMessage | UntoldReason {
	const { startsAt, status } = visit;
	const waits = status === 'booked' || status === 'pending';
	if (!waits || !visit.runsLate || startsAt <= now) return 'not-waiting';
	const delays = known.filter(({ kind, state }) => kind === 'delay' && state !== 'suppressed');
	if (delays.some(({ aboutStart }) => aboutStart === startsAt)) return 'told-already';
	if (delays.length >= MAX_DELAYS_TOLD) return 'told-often';
	const rule = ruleFor(rules, 'delay', visit);
	const base = now + graceMinutes * 60_000;
	const dueAt = rule?.enabled ? dueTime(rule, { base, zone, startsAt, isAhead: false }) : null;
	if (!rule || dueAt === null) return 'rule-off';
	return {
		...{ kind: 'delay', ruleId: rule.id, channels: rule.channels },
		cause: `delay/${visit.id}/${visit.placementRevision}`,
		...{ dueAt, aboutStart: startsAt }
	};
}
