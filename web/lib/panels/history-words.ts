/** What was done to a visit or to blocked time, in plain words. */
import { localDateOf } from '#domain/availability/local-day.ts';
import type { BlockKind, Confirmer } from '#domain/scheduling/appointment.ts';
import type { CancelReason, CheckInWay } from '#domain/scheduling/intents.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import type { HistoryEntry } from '#domain/scheduling/history-entry.ts';
import {
	BLOCK_WORDS,
	CANCEL_WORDS,
	CHECK_IN_WORDS,
	CONFIRMED_WORDS
} from '#web/lib/board/words.ts';

/** What the words need to know beside the entry. */
export interface HistoryWordsContext {
	/** Of a doctor, a room, a service, equipment or staff. */
	nameOf(id: string): string | undefined;
	/** What the organization calls a status. */
	statusLabel(status: string): string | undefined;
	/** Of the clinic. */
	zone: string;
	/** The local date on screen: times on another day are said with the day. */
	date: string;
}

type Told = Pick<HistoryEntry, 'kind' | 'before' | 'after'> & { others?: number };
type Fields = Record<string, unknown>;

/** @returns one or two sentences about what was done */
export function historyWords(entry: Told, context: HistoryWordsContext): string {
	const sentence = whatWasDone(entry, context);
	const { others = 0 } = entry;
	if (others === 0) return sentence;
	return `${sentence}, together with ${others === 1 ? 'another change' : `${others} other changes`}`;
}

function whatWasDone({ kind, before, after }: Told, context: HistoryWordsContext): string {
	switch (kind) {
		case 'book':
			return [booked(after, context), ...conditions(after)].join(', ');
		case 'import':
			return before === null
				? 'Taken over from another system'
				: `Changed by another system: ${changes(before, after, context).join(', ') || 'details'}`;
		case 'move':
		case 'resize':
			return upperFirst(changes(before ?? {}, after, context).join(', ')) || 'Moved';
		case 'set-status': {
			const label = (status: unknown) =>
				`'${context.statusLabel(String(status)) ?? String(status)}'`;
			return before?.status
				? `Set from ${label(before.status)} to ${label(after.status)}`
				: `Set to ${label(after.status)}`;
		}
		case 'confirm':
			if (after.confirmedAt === null) return 'Not confirmed any more';
			return `Confirmed ${CONFIRMED_WORDS[after.confirmedBy as Confirmer] ?? ''}`.trim();
		case 'check-in':
			return `The patient is here: said so ${CHECK_IN_WORDS[after.by as CheckInWay] ?? 'by themselves'}`;
		case 'cancel': {
			const reason = CANCEL_WORDS[after.cancelReason as CancelReason] ?? 'no reason given';
			return `Cancelled: ${reason.toLowerCase()}`;
		}
		case 'remark':
			if (after.remark === '') return 'Note removed';
			return typeof after.remark === 'string' ? `Note: ${after.remark}` : 'Note changed';
		case 'block': {
			const over = Array.isArray(after.overVisits) ? after.overVisits.length : 0;
			if (over === 0) return blocked(after, context);
			return `${blocked(after, context)}, over ${over === 1 ? 'a visit' : `${over} visits`}`;
		}
		case 'unblock':
			return `Given back: ${lowerFirst(blocked(before ?? {}, context))}`;
		case 'undo':
			return `Undone: ${backWords(before ?? {}, after, context)}`;
		case 'redo':
			return `Done again: ${backWords(before ?? {}, after, context)}`;
		default:
			return 'Changed';
	}
}

/** What an undo, or the undo of an undo, has led to. */
function backWords(before: Fields, after: Fields, context: HistoryWordsContext): string {
	if (after.removed === true) return `given back, ${lowerFirst(blocked(before, context))}`;
	if (after.removed === false) return lowerFirst(blocked(after, context));
	if (after.of === 'book') {
		return after.status === 'cancelled' ? 'the booking' : 'booked all the same';
	}
	return changes(before, after, context).join(', ') || 'details';
}

function booked(after: Fields, context: HistoryWordsContext): string {
	const named = (id: unknown) => (id ? context.nameOf(String(id)) : undefined);
	const [service, doctor, room] = [after.serviceId, after.practitionerId, after.roomId].map(named);
	return [
		`Booked for ${at(after.startsAt, context)}`,
		...(doctor ? [` with ${doctor}`] : []),
		...(room ? [` in ${room}`] : []),
		...(service ? [`, ${service}`] : [])
	].join('');
}

/** What else was so when it was booked or moved. */
function conditions(after: Fields): string[] {
	const words: string[] = [];
	if (after.walkIn) words.push('came without an appointment');
	if (after.seriesId) words.push('as part of a series');
	if (after.place) words.push(`place ${String(after.place)} of a group`);
	if (after.referralSeen) words.push('the referral was seen');
	if (after.because === 'running-late') words.push('since the doctor runs late');
	if (typeof after.overrideReason === 'string') {
		words.push(`against the rules, because: ${after.overrideReason}`);
	} else if (after.overrideReason === true) words.push('against the rules');
	return words;
}

function changes(before: Fields, after: Fields, context: HistoryWordsContext): string[] {
	const words: string[] = [];
	const name = (id: unknown) => context.nameOf(String(id)) ?? 'another';
	const fromTo = (field: string) => `from ${name(before[field])} to ${name(after[field])}`;
	if ('startsAt' in after) {
		words.push(`moved from ${at(before.startsAt, context)} to ${at(after.startsAt, context)}`);
	}
	if ('clinicId' in after) words.push(fromTo('clinicId'));
	if ('practitionerId' in after) words.push(fromTo('practitionerId'));
	if ('roomId' in after) words.push(fromTo('roomId'));
	if ('serviceId' in after) words.push(`service ${fromTo('serviceId')}`);
	if ('patientId' in after) words.push('for another patient');
	if ('endsAt' in after && isAnotherLength(before, after)) {
		words.push(
			`now until ${at(after.endsAt, context)}, before until ${at(before.endsAt, context)}`
		);
	}
	if ('supportIds' in after) {
		const names = (after.supportIds as string[]).map(name).join(' and ');
		words.push(names === '' ? 'without equipment or staff' : `with ${names}`);
	}
	if ('status' in after) {
		words.push(`now '${context.statusLabel(String(after.status)) ?? String(after.status)}'`);
	}
	if (before.confirmedAt && after.confirmedAt === null) words.push('not confirmed any more');
	if (after.confirmedAt) words.push('confirmed as before');
	if ('remark' in after) words.push('note changed');
	if ('overrideReason' in after && after.overrideReason === null) {
		words.push('no longer against the rules');
	}
	return [...words, ...conditions(after)];
}

/** A visit that moved ends at another time too, which says nothing new. */
function isAnotherLength(before: Fields, after: Fields): boolean {
	if (!('startsAt' in after)) return true;
	return (
		Number(after.endsAt) - Number(after.startsAt) !==
		Number(before.endsAt) - Number(before.startsAt)
	);
}

function blocked({ kind, resourceId, startsAt, endsAt }: Fields, context: HistoryWordsContext) {
	const who = context.nameOf(String(resourceId)) ?? 'somebody';
	const what = BLOCK_WORDS[kind as BlockKind] ?? 'Time';
	// The end is on the same day, which is said once.
	const date = typeof startsAt === 'number' ? localDateOf(startsAt, context.zone) : context.date;
	return `${what} for ${who}, ${at(startsAt, context)} to ${at(endsAt, { ...context, date })}`;
}

function at(instant: unknown, { zone, date }: HistoryWordsContext): string {
	return typeof instant === 'number' ? timeOf(instant, { zone, date }) : 'another time';
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** @returns `2 minutes ago`, or the date when it is longer than a week */
export function agoWords(instant: number, now: number): string {
	const minutes = Math.round((now - instant) / 60_000);
	if (minutes < 1) return 'just now';
	const format = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });
	if (minutes < 60) return format.format(-minutes, 'minute');
	if (minutes < 1440) return format.format(-Math.round(minutes / 60), 'hour');
	if (minutes < 10_080) return format.format(-Math.round(minutes / 1440), 'day');
	return new Date(instant).toLocaleDateString('en-GB', {
		day: 'numeric',
		month: 'short',
		year: 'numeric'
	});
}
