/** What is told of changes that were made without a line: what was wanted, and what is otherwise than expected. */
import { partsOf, subjectIdOf, type Intent, type Part } from '#domain/scheduling/intents.ts';
import type { Adjustment, VisitField } from '#domain/scheduling/verdict.ts';
import { MAX_REFUSED_TEXT } from '#domain/tasks/refused-change.ts';
import { localDateOf } from '#domain/availability/local-day.ts';
import { partWords, shortDay } from '#web/lib/board/words.ts';

/** What is known here of what a change is about. */
export interface KnownNames {
	/** Of a patient, for those who may know; of a visit. */
	personOf(appointmentId: string): string | undefined;
	/** Of equipment and staff. */
	nameOf(resourceId: string): string | undefined;
	zone: string;
	/** The day on screen, `YYYY-MM-DD`. */
	date: string;
}

/** @returns each change that an intent asks for: `Kowalska Anna: move to 10:40` */
export function wantedWords(intent: Intent, known: KnownNames): string[] {
	return partsOf(intent).map((part) => {
		const who = 'appointmentId' in part ? known.personOf(part.appointmentId) : undefined;
		return [who, onItsDay(part, known)].filter(Boolean).join(': ');
	});
}

/** The day is said where it is not the one on screen. */
function onItsDay(part: Part, { zone, date }: KnownNames): string {
	const words = partWords(part, zone);
	const changes = 'changes' in part ? part.changes : {};
	const startsAt = 'startsAt' in changes ? changes.startsAt : undefined;
	const day = startsAt === undefined ? date : localDateOf(startsAt, zone);
	return day === date ? words : `${words} on ${shortDay(day)}`;
}

const FIELD_WORDS: Record<VisitField, string> = {
	placement: 'its time or place',
	status: 'its status',
	confirmation: 'whether it is confirmed',
	remark: 'its note'
};

/** @returns what is otherwise than the author could know, a sentence each */
export function adjustedWords(
	adjustments: readonly Adjustment[],
	known: Pick<KnownNames, 'nameOf'>
): string[] {
	return adjustments.map((adjustment) => {
		if (adjustment.kind === 'changed-meanwhile') {
			// Another time has to be confirmed anew: that goes without saying.
			const isMoved = adjustment.fields.includes('placement');
			const told = adjustment.fields.filter((field) => !(isMoved && field === 'confirmation'));
			const fields = told.map((field) => FIELD_WORDS[field]);
			return `Somebody else changed ${list(fields)} meanwhile. That stays as it is now.`;
		}
		const names = adjustment.supportIds.map((id) => known.nameOf(id) ?? 'other equipment');
		return names.length === 0
			? 'It needs no equipment or staff there.'
			: `It has ${list(names)} now: what it had before is taken at that time.`;
	});
}

function list(words: readonly string[]): string {
	return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/**
 * Asks reception to settle a change that could not be made.
 * @param text what was wanted and why it could not be, without the patient's name: the task knows who it is
 * @returns whether reception has it now
 */
export async function askAbout(
	clinicId: string,
	intent: Intent,
	text: string,
	isOnBoard: { has(appointmentId: string): boolean }
): Promise<boolean> {
	const [part] = partsOf(intent);
	const appointmentId = !part || 'blockId' in part ? undefined : subjectIdOf(part);
	const patientId = part?.kind === 'book' ? part.changes.patientId : undefined;
	const isVisit = appointmentId !== undefined && isOnBoard.has(appointmentId);
	try {
		const answer = await fetch(`/board/${clinicId}/tasks`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				intentId: intent.id,
				text: text.slice(0, MAX_REFUSED_TEXT),
				...(isVisit ? { appointmentId } : patientId ? { patientId } : {})
			})
		});
		return answer.ok;
	} catch {
		return false;
	}
}
