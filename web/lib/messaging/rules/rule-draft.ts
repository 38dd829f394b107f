/** A rule as the form holds it: times as people say them. */
import { clockWords } from '#domain/availability/week-plans.ts';
import { AHEAD } from '#domain/messaging/due-time.ts';
import type { Channel, RuleKind } from '#domain/messaging/message.ts';
import type { RuleInput } from '#domain/messaging/rule-input.ts';
import type { RuleTemplates } from '#domain/messaging/template.ts';

export const UNITS = { minutes: 1, hours: 60, days: 1_440 } as const;
export type Unit = keyof typeof UNITS;

export interface RuleDraft {
	id: string | undefined;
	revision: number;
	kind: RuleKind;
	/** Empty: every one. */
	clinicId: string;
	serviceId: string;
	enabled: boolean;
	/** `null`: the field is empty. */
	amount: number | null;
	unit: Unit;
	/** `HH:MM` of the day that this leads to; empty: at that very moment. */
	clock: string;
	hasQuietHours: boolean;
	quietFrom: string;
	quietUntil: string;
	channels: Channel[];
	templates: RuleTemplates;
}

const QUIET = { from: '21:00', until: '08:00' };

/** @returns the rule as it is edited; of a copy neither id nor revision */
export function draftFrom(rule: RuleInput): RuleDraft {
	const minutes = Math.abs(rule.offsetMinutes);
	const unit = unitOf(minutes, rule.localMinute !== null);
	const isQuiet = rule.quietFromMinute !== rule.quietUntilMinute;
	return {
		...{ id: rule.id, revision: rule.revision, kind: rule.kind, enabled: rule.enabled },
		...{ clinicId: rule.clinicId ?? '', serviceId: rule.serviceId ?? '' },
		...{ amount: minutes / UNITS[unit], unit },
		clock: rule.localMinute === null ? '' : clockWords(rule.localMinute),
		hasQuietHours: isQuiet,
		quietFrom: isQuiet ? clockWords(rule.quietFromMinute) : QUIET.from,
		quietUntil: isQuiet ? clockWords(rule.quietUntilMinute) : QUIET.until,
		channels: [...rule.channels],
		templates: structuredClone(rule.templates)
	};
}

/** @returns what is sent: fields that say no number or time are `NaN`, and refused with their names */
export function inputFrom(draft: RuleDraft): RuleInput {
	const minutes = draft.amount === null ? Number.NaN : draft.amount * UNITS[draft.unit];
	const signed = AHEAD.includes(draft.kind) && minutes !== 0 ? -minutes : minutes;
	const quietFromMinute = draft.hasQuietHours ? minuteOf(draft.quietFrom) : 0;
	return {
		...(draft.id === undefined ? {} : { id: draft.id }),
		...{ revision: draft.revision, kind: draft.kind, enabled: draft.enabled },
		...{ clinicId: draft.clinicId || null, serviceId: draft.serviceId || null },
		...{ offsetMinutes: signed, localMinute: draft.clock === '' ? null : minuteOf(draft.clock) },
		...{ quietFromMinute, channels: draft.channels, templates: draft.templates },
		quietUntilMinute: draft.hasQuietHours ? minuteOf(draft.quietUntil) : 0
	};
}

/** People remind '48 hours' before, and 'the day before at 18:00'. */
function unitOf(minutes: number, hasClock: boolean): Unit {
	const isDays = minutes % UNITS.days === 0 && (hasClock || minutes > 3 * UNITS.days);
	if (isDays) return 'days';
	return minutes % UNITS.hours === 0 ? 'hours' : 'minutes';
}

/** @param clock `HH:MM` */
function minuteOf(clock: string): number {
	const [hours, minutes] = clock.split(':').map(Number);
	return (hours ?? Number.NaN) * 60 + (minutes ?? Number.NaN);
}
