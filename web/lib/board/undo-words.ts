/** What can be undone, in words: what was changed from what into what. Never who the patient is. */
import type { BlockRow } from '#domain/board/documents.ts';
import type { AppointmentStatus } from '#domain/scheduling/appointment.ts';
import { partsOf, type Intent, type Part } from '#domain/scheduling/intents.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import type { Visit } from './visit.ts';
import { BLOCK_WORDS } from './words.ts';

/** What is there before the change is made. */
export interface UndoWordsContext {
	visitOf(id: string): Visit | undefined;
	blockOf(id: string): BlockRow | undefined;
	/** Of a doctor or a room. */
	nameOf(id: string): string | undefined;
	statusLabel(status: AppointmentStatus): string;
	zone: string;
	/** The local date on screen: other days are said. */
	date: string;
}

/** @returns `moved 10:00 → 11:00` */
export function undoWords(intent: Intent, context: UndoWordsContext): string {
	const parts = partsOf(intent);
	const [first] = parts;
	if (!first) return '';
	if (parts.length === 1) return wordsOf(first, context);
	const changed = changedBlockWords(parts, context);
	if (changed) return changed;
	const kinds = new Set(parts.map(({ kind }) => kind));
	const [kind] = kinds;
	const what = kinds.size > 1 ? undefined : MANY[kind!];
	return `${parts.length} ${what ?? 'changes'}`;
}

const MANY: Partial<Record<Part['kind'], string>> = {
	book: 'visits booked',
	move: 'visits moved',
	resize: 'visits made longer or shorter',
	cancel: 'visits cancelled',
	block: 'times blocked',
	unblock: 'blocked times given back'
};

/** A block that gets another time or length is given back and taken anew. @returns `break 10:00 → 10:30, 30 → 45 min` */
function changedBlockWords(parts: readonly Part[], context: UndoWordsContext): string | null {
	const [left, taken] = parts;
	if (parts.length !== 2 || left?.kind !== 'unblock' || taken?.kind !== 'block') return null;
	const block = context.blockOf(left.blockId);
	if (!block || block.resourceId !== taken.changes.resourceId) return null;
	const { startsAt, durationMinutes } = taken.changes;
	const from = timeOf(block.startsAt, context);
	const kind = BLOCK_WORDS[block.kind].toLowerCase();
	const to = startsAt === block.startsAt ? '' : ` → ${timeOf(startsAt, context)}`;
	const long =
		durationMinutes === block.durationMinutes
			? ''
			: `, ${block.durationMinutes} → ${durationMinutes} min`;
	return `${kind} ${from}${to}${long}`;
}

function wordsOf(part: Part, context: UndoWordsContext): string {
	const at = (instant: number) => timeOf(instant, context);
	const visit = 'appointmentId' in part ? context.visitOf(part.appointmentId) : undefined;
	const when = visit ? ` ${at(visit.startsAt)}` : '';
	switch (part.kind) {
		case 'book':
			return `booked ${at(part.changes.startsAt)}`;
		case 'move': {
			const { startsAt, practitionerId, roomId } = part.changes;
			const to = [practitionerId, roomId].map((id) => id && context.nameOf(id)).find(Boolean);
			if (startsAt === undefined) return `moved${when}${to ? ` to ${to}` : ''}`;
			return `moved${when} → ${at(startsAt)}${practitionerId && to ? `, ${to}` : ''}`;
		}
		case 'resize': {
			const { durationMinutes } = part.changes;
			return visit
				? `${at(visit.startsAt)}, ${visit.durationMinutes} → ${durationMinutes} min`
				: `${durationMinutes} min long`;
		}
		case 'set-status':
			return `${when.trim() || 'a visit'} set to '${context.statusLabel(part.changes.status)}'`;
		case 'check-in':
			return `${when.trim() || 'a visit'} set to '${context.statusLabel('arrived')}'`;
		case 'confirm':
			return part.changes.confirmed ? `confirmed${when}` : `confirmation of${when} taken back`;
		case 'cancel':
			return `cancelled${when}`;
		case 'remark':
			return `note of${when || ' a visit'}`;
		case 'block':
			return `${BLOCK_WORDS[part.changes.kind].toLowerCase()} from ${at(part.changes.startsAt)}`;
		case 'unblock': {
			const block = context.blockOf(part.blockId);
			return block
				? `${BLOCK_WORDS[block.kind].toLowerCase()} from ${at(block.startsAt)} given back`
				: 'blocked time given back';
		}
	}
}

/** Whether a patient may be told of a change. */
export function tellsPatients(intent: Intent): boolean {
	return partsOf(intent).some(
		(part) =>
			['book', 'move', 'cancel'].includes(part.kind) ||
			(part.kind === 'set-status' && part.changes.status === 'noshow')
	);
}
