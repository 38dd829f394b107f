/** A visit's history in plain words. */
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import type { HistoryEntry } from '#domain/scheduling/history-entry.ts';
import type { BoardStore } from '#web/lib/board/board-store.svelte.ts';
import { CANCEL_WORDS } from '#web/lib/board/words.ts';

/** @returns one sentence about what was done */
export function historyWords(entry: HistoryEntry, store: BoardStore): string {
	const { before, after } = entry;
	switch (entry.kind) {
		case 'book':
			return `Booked for ${at(after.startsAt, store)}`;
		case 'import':
			return 'Taken over from another system';
		case 'move':
		case 'resize':
			return changes(before ?? {}, after, store).join(', ') || 'Moved';
		case 'set-status': {
			const status = after.status as keyof typeof store.options.statusLabels;
			return `Set to '${store.options.statusLabels[status]?.label ?? status}'`;
		}
		case 'cancel': {
			const reason = after.cancelReason as keyof typeof CANCEL_WORDS;
			return `Cancelled: ${(CANCEL_WORDS[reason] ?? 'no reason given').toLowerCase()}`;
		}
		case 'remark':
			return after.remark ? `Note: ${String(after.remark)}` : 'Note removed';
		default:
			return 'Changed';
	}
}

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

function at(instant: unknown, store: BoardStore): string {
	return timeOf(Number(instant), { zone: store.zone, date: store.options.date });
}

function changes(
	before: Record<string, unknown>,
	after: Record<string, unknown>,
	store: BoardStore
): string[] {
	const words: string[] = [];
	const name = (id: unknown) =>
		store.practitioners.get(String(id))?.name ?? store.rooms.get(String(id))?.name ?? 'another';
	if ('startsAt' in after) {
		words.push(`Moved from ${at(before.startsAt, store)} to ${at(after.startsAt, store)}`);
	}
	if ('practitionerId' in after) {
		words.push(`from ${name(before.practitionerId)} to ${name(after.practitionerId)}`);
	}
	if ('roomId' in after) words.push(`to ${name(after.roomId)}`);
	if ('endsAt' in after && !('startsAt' in after)) {
		words.push(`Now until ${at(after.endsAt, store)}, before until ${at(before.endsAt, store)}`);
	}
	const sentence = words.join(', ');
	return sentence ? [sentence[0]!.toUpperCase() + sentence.slice(1)] : [];
}
