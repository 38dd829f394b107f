/**
 * What a visit's patient is to be told, and when: worked out anew after each change, and compared with what is queued
 * or was sent already. Working it out twice changes nothing. Pure; instants are epoch milliseconds.
 */
import type { AppointmentSource, AppointmentStatus } from '../scheduling/appointment.ts';
import { AHEAD, dueTime, type RuleTiming } from './due-time.ts';
import type { Channel, RuleKind, SuppressionReason } from './message.ts';
import { ruleFor, type RulePlace } from './rule-choice.ts';
import { isAsInMind, lastTold, type InMind, type KnownMessage } from './told.ts';

export interface PlanRule extends RulePlace, RuleTiming {
	id: string;
	enabled: boolean;
	channels: Channel[];
}

export interface PlanVisit {
	id: string;
	clinicId: string;
	serviceId: string;
	practitionerId: string;
	startsAt: number;
	status: AppointmentStatus;
	source: AppointmentSource;
	bookedAt: number;
	/** Count the changes of place and time, and of status. */
	placementRevision: number;
	statusRevision: number;
	/** As it was made: what a patient has in mind whom no message told of it. */
	original: InMind;
	/** Its time was moved last because the doctor runs late: that is told when somebody says so. Left out: it was not. */
	runsLate?: boolean;
}

export interface PlanInput {
	visit: PlanVisit;
	/** Of the clinic. */
	zone: string;
	rules: readonly PlanRule[];
	/** In the order in which they were made. */
	known: readonly KnownMessage[];
	now: number;
	/** How long after a change it is told: corrections within that time are told once. */
	graceMinutes: number;
	/** `false`: the rules were changed, not the visit; nobody is told of a change of long ago. */
	isChange: boolean;
}

export interface WantedMessage {
	kind: RuleKind;
	/** Planned once for each. */
	cause: string;
	ruleId: string;
	channels: Channel[];
	dueAt: number;
	aboutStart: number;
}

export interface MessagePlan {
	add: WantedMessage[];
	/** Queued ones that do not hold any more. */
	suppress: { id: string; reason: SuppressionReason }[];
	/** Queued ones whose rule or time changed, and suppressed ones that hold again. */
	queue: { id: string; dueAt: number; ruleId: string }[];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Suppressed for what the visit was at that time: it may be so no more. */
const REVOCABLE: readonly SuppressionReason[] = [
	'rescheduled',
	'cancelled',
	'completed',
	'rule-off'
];

export function planMessages(input: PlanInput): MessagePlan {
	const wanted = new Map(wantedMessages(input).map((one) => [one.cause, one]));
	const plan: MessagePlan = { add: [], suppress: [], queue: [] };
	for (const message of input.known) {
		const same = wanted.get(message.cause);
		wanted.delete(message.cause);
		if (message.state === 'queued' && !same) {
			plan.suppress.push({ id: message.id, reason: reasonFor(message, input) });
		} else if (same && isStale(message, same, input.now)) {
			plan.queue.push({ id: message.id, dueAt: same.dueAt, ruleId: same.ruleId });
		}
	}
	// What should have been sent before now was not wanted then: a visit that is booked a day ahead.
	plan.add = [...wanted.values()].filter(({ dueAt }) => dueAt >= input.now);
	return plan;
}

/** @returns whether a message that is known has to be queued (again) as it is wanted now */
function isStale(known: KnownMessage, wanted: WantedMessage, now: number): boolean {
	if (wanted.dueAt < now) return false;
	if (known.state === 'suppressed') return REVOCABLE.includes(known.suppression!);
	if (known.state !== 'queued') return false;
	const isMoved = AHEAD.includes(wanted.kind) && known.dueAt !== wanted.dueAt;
	return isMoved || known.ruleId !== wanted.ruleId;
}

function reasonFor({ kind }: KnownMessage, { visit, rules }: PlanInput): SuppressionReason {
	const { status } = visit;
	const rule = ruleFor(rules, kind as RuleKind, visit);
	if (!rule?.enabled) return 'rule-off';
	if (kind === 'cancellation') return 'rescheduled';
	if (kind === 'missed') return 'completed';
	if (status === 'cancelled' || status === 'needs-review') return 'cancelled';
	return status === 'booked' || status === 'pending' ? 'rescheduled' : 'completed';
}

/** @returns all that should be queued or sent by now */
function wantedMessages(input: PlanInput): WantedMessage[] {
	const { visit, now } = input;
	switch (visit.status) {
		case 'booked':
		case 'pending':
			return visit.startsAt <= now ? [] : [...newsOf(input), ...reminders(input)];
		case 'cancelled':
			return cancellation(input);
		case 'noshow':
			return missed(input);
		default:
			return [];
	}
}

function reminders(input: PlanInput): WantedMessage[] {
	const { visit, zone } = input;
	const { startsAt } = visit;
	return AHEAD.flatMap((kind) =>
		wantedBy(input, kind, `${kind}/${visit.id}/${startsAt}`, (rule) =>
			dueTime(rule, { base: startsAt, zone, startsAt, isAhead: true })
		)
	);
}

/** That there is a visit, or that it is at another time or with another doctor. */
function newsOf(input: PlanInput): WantedMessage[] {
	const { visit, known, now } = input;
	const cause = (kind: RuleKind) =>
		`${kind}/${visit.id}/${visit.placementRevision}.${visit.statusRevision}`;
	const told = lastTold(known);
	if (told === null) {
		const isNew = visit.source !== 'import' && now - visit.bookedAt < DAY_MS;
		const isQueued = known.some(({ kind, state }) => kind === 'confirmation' && state === 'queued');
		if (isNew || isQueued) {
			const confirmation = atOnce(input, 'confirmation', cause('confirmation'));
			if (confirmation.length > 0) return confirmation;
		}
	}
	const inMind = told ?? visit.original;
	if (inMind !== 'cancelled' && isAsInMind(inMind, visit)) return [];
	return visit.runsLate ? delayAsked(input) : atOnce(input, 'change', cause('change'));
}

/** Queued by whoever said that the patient is to be told (`tellDelay`); it holds while that time does. */
function delayAsked(input: PlanInput): WantedMessage[] {
	const { startsAt } = input.visit;
	return input.known
		.filter(({ kind, aboutStart }) => kind === 'delay' && aboutStart === startsAt)
		.flatMap(({ cause, dueAt }) => wantedBy(input, 'delay', cause, () => dueAt));
}

function cancellation(input: PlanInput): WantedMessage[] {
	const { visit, known, now } = input;
	const told = lastTold(known);
	if (told === 'cancelled' || visit.startsAt <= now) return [];
	// Booked and cancelled before anybody was told: there is nothing to take back.
	const wasNeverTold = told === null && known.some(({ kind }) => kind === 'confirmation');
	if (wasNeverTold || visit.statusRevision === 1) return [];
	return atOnce(input, 'cancellation', `cancellation/${visit.id}/${visit.statusRevision}`);
}

/** After this a visit was not missed yesterday but some time. */
const MISSED_LIMIT_MS = 7 * DAY_MS;

function missed(input: PlanInput): WantedMessage[] {
	const { visit, now } = input;
	if (now - visit.startsAt > MISSED_LIMIT_MS) return [];
	return atOnce(input, 'missed', `missed/${visit.id}/${visit.statusRevision}`);
}

/** Told soon after it happened, if it has not been put right by then. */
function atOnce(input: PlanInput, kind: RuleKind, cause: string): WantedMessage[] {
	const { visit, zone, now, graceMinutes, isChange, known } = input;
	const same = known.find((message) => message.cause === cause);
	if (!isChange && same?.state !== 'queued') return [];
	const base = now + graceMinutes * MINUTE_MS;
	const startsAt = kind === 'missed' ? null : visit.startsAt;
	return wantedBy(input, kind, cause, (rule) =>
		same?.state === 'queued' ? same.dueAt : dueTime(rule, { base, zone, startsAt, isAhead: false })
	);
}

function wantedBy(
	{ rules, visit }: PlanInput,
	kind: RuleKind,
	cause: string,
	due: (rule: PlanRule) => number | null
): WantedMessage[] {
	const rule = ruleFor(rules, kind, visit);
	const dueAt = rule?.enabled ? due(rule) : null;
	if (rule === null || dueAt === null) return [];
	return [
		{ kind, cause, ruleId: rule.id, channels: rule.channels, dueAt, aboutStart: visit.startsAt }
	];
}
