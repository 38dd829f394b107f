/**
 * What takes back a change that somebody made: worked out from what the history says was so before it. Nothing is
 * rewound: the way back is a change of its own, judged like any other, and of a field that somebody else has changed
 * since there is none. Pure.
 */
import type { AppointmentStatus, Confirmer } from './appointment.ts';
import { CANCEL_REASONS, type CancelReason, type Part, type PartOf } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';
import type { TakenBack } from './planned-change.ts';
import { durationMinutesOf } from './stored-appointment.ts';
import type { PlannedPart } from './planned-part.ts';
import { accept, refuse, type RefusalCode, type Result } from './refusals.ts';

type Fields = Record<string, unknown>;

/** One entry of the history of a visit or block. */
export interface PastEvent {
	subjectId: string;
	/** `null`: a job or an import. */
	actorUserId: string | null;
	/** The intent that it carried out. */
	requestId: string;
	kind: string;
	before: Fields | null;
	after: Fields;
}

/** What a change was about, as it is now, with its history from that change on, in order. */
export type PastSubject = { id: string; revision: number; history: PastEvent[] } & (
	| {
			kind: 'appointment';
			startsAt: number;
			endsAt: number;
			overrideReason: string | null;
			/** A message that says that it is cancelled has left, or is about to. */
			isToldCancelled: boolean;
	  }
	| {
			kind: 'block';
			clinicId: string;
			removed: boolean;
	  }
);

/** A change that somebody made, to one or several visits and blocks. */
export interface PastChange {
	actorUserId: string;
	requestId: string;
	subjects: PastSubject[];
}

/** One change on the way back. */
export interface StepBack {
	part: Part;
	takenBack: TakenBack;
	/** A removed block that comes back has its row still, at this revision; `null`: it is none. */
	restoresBlockAt: number | null;
	/** What the history says of it. */
	event: { kind: 'undo' | 'redo'; undoes: string; of: string };
}

/** What can be changed by itself. */
const VISIT_FIELDS = [
	'start',
	'length',
	'practitioner',
	'room',
	'status',
	'confirmation',
	'remark'
] as const;
type Field = (typeof VISIT_FIELDS)[number] | 'block';

/** What people ask for; what patients, imports and jobs do is not theirs to undo. */
const UNDOABLE = [
	...['book', 'move', 'resize', 'set-status', 'confirm', 'cancel', 'remark'],
	...['block', 'unblock']
];

const NOTHING_BESIDE: TakenBack = { override: null, confirmed: null, losesTime: false };

/**
 * @returns the changes that take it back, the last one first, or why it cannot be: `changed-since`, `message-left`,
 *   `nothing-to-undo`; of several changes `some-refused` with each
 */
export function stepsBack(change: PastChange): Result<StepBack[]> {
	const steps: StepBack[] = [];
	const refused: { subjectId: string; code: RefusalCode }[] = [];
	for (const subject of change.subjects) {
		const step = stepBack(change, subject);
		if (typeof step === 'string') refused.push({ subjectId: subject.id, code: step });
		else steps.unshift(step);
	}
	const [first] = refused;
	if (!first) return steps.length === 0 ? refuse('nothing-to-undo') : accept(steps);
	if (change.subjects.length === 1) return refuse(first.code);
	return refuse('some-refused', {
		parts: refused.map(({ subjectId, code }) => ({ subjectId, refusal: { code } }))
	});
}

function stepBack(change: PastChange, subject: PastSubject): StepBack | RefusalCode {
	const event = subject.history.find((one) => isOf(one, change));
	if (!event) return 'nothing-to-undo';
	const of = kindOf(event);
	if (!UNDOABLE.includes(of)) return 'nothing-to-undo';
	const isLast = (field: Field) => isLastWriter(field, event, subject.history);
	if (!mainFields(event, of).every(isLast)) return 'changed-since';
	const way = subject.kind === 'block' ? blockBack(event, subject) : visitBack(event, of, subject);
	if (way === null) return 'nothing-to-undo';
	const isCancelled = event.after.status === 'cancelled' && event.before !== null;
	if (subject.kind === 'appointment' && isCancelled && subject.isToldCancelled) {
		return 'message-left';
	}
	const { confirmedAt = null, confirmedBy = null } = event.before ?? {};
	const givesBack = confirmedAt !== null && event.after.confirmedAt === null;
	return {
		...way,
		takenBack: {
			...way.takenBack,
			confirmed:
				givesBack && isLast('confirmation')
					? { confirmedAt: Number(confirmedAt), confirmedBy: confirmedBy as Confirmer | null }
					: null
		},
		event: {
			kind: event.kind === 'undo' ? 'redo' : 'undo',
			...{ undoes: change.requestId, of }
		}
	};
}

/** @returns what was done at first, of a change that undoes or does again */
function kindOf({ kind, after }: PastEvent): string {
	return (kind === 'undo' || kind === 'redo') && typeof after.of === 'string' ? after.of : kind;
}

/** An intent's id is its author's: others may have used the same. */
const isOf = (event: PastEvent, { actorUserId, requestId }: PastChange | PastEvent) =>
	event.actorUserId === actorUserId && event.requestId === requestId;

/** @returns the fields that a change wrote */
function fieldsOf({ before, after }: PastEvent): Field[] {
	const has = (field: string) => field in after;
	if (has('resourceId') || has('removed')) return ['block'];
	if (before === null) return [...VISIT_FIELDS];
	return [
		...(has('startsAt') ? (['start'] as const) : []),
		...(lengthened(before, after) === 0 ? [] : (['length'] as const)),
		...(has('practitionerId') ? (['practitioner'] as const) : []),
		...(has('roomId') ? (['room'] as const) : []),
		...(has('status') ? (['status'] as const) : []),
		...(has('confirmedAt') ? (['confirmation'] as const) : []),
		...(has('remark') ? (['remark'] as const) : [])
	];
}

/** @returns by how many milliseconds a change made a visit longer, from above or from below */
function lengthened(before: Fields, after: Fields): number {
	const shift = (field: string) =>
		field in after ? Number(after[field]) - Number(before[field]) : 0;
	return shift('endsAt') - shift('startsAt');
}

/** That a confirmation ended goes with another change: whether it comes back is no reason against the rest. */
function mainFields(event: PastEvent, of: string): Field[] {
	const fields = fieldsOf(event);
	if (of === 'confirm' || event.before === null) return fields;
	return fields.filter((field) => field !== 'confirmation');
}

/** @returns whether `event` is what a field is by: whatever was written since was itself taken back since */
function isLastWriter(field: Field, event: PastEvent, history: readonly PastEvent[]): boolean {
	const writers = history.filter((one) => fieldsOf(one).includes(field));
	let at = writers.length - 1;
	while (at >= 0 && !isOf(writers[at]!, event)) {
		const { actorUserId, after } = writers[at]!;
		// An undo and what it undid leave the field as it was before both.
		const undone = { actorUserId, requestId: String(after.undoes) } as PastEvent;
		const began = writers.findIndex((one) => isOf(one, undone));
		if (after.undoes === undefined || began === -1 || began >= at) return false;
		at = began - 1;
	}
	return at >= 0;
}

/** @returns a judged change as the history tells it: which intent it takes back; a block that comes back has its row still */
export function asStepBack(
	planned: PlannedPart,
	{ event, restoresBlockAt }: StepBack
): PlannedPart {
	const { kind, undoes, of } = event;
	const told = {
		kind,
		before: planned.event.before,
		after: { ...planned.event.after, undoes, of }
	};
	if (restoresBlockAt === null || planned.subject.kind !== 'block') {
		return { ...planned, event: told };
	}
	return {
		...planned,
		subject: {
			kind: 'block',
			row: { ...planned.subject.row, removed: false, revision: restoresBlockAt + 1 }
		},
		expectedRevision: restoresBlockAt,
		event: { ...told, before: { removed: true }, after: { ...told.after, removed: false } }
	};
}

type Way = Omit<StepBack, 'event'>;

function blockBack(
	{ before, after }: PastEvent,
	subject: PastSubject & { kind: 'block' }
): Way | null {
	const { id: blockId, revision, removed, clinicId } = subject;
	const beside = { takenBack: NOTHING_BESIDE, restoresBlockAt: null };
	if (after.removed === true && before !== null && removed) {
		const { resourceId, startsAt, endsAt, kind } = before as unknown as {
			resourceId: string;
			startsAt: number;
			endsAt: number;
			kind: PartOf<'block'>['changes']['kind'];
		};
		const durationMinutes = durationMinutesOf({ startsAt, endsAt });
		return {
			...{ ...beside, restoresBlockAt: revision },
			part: {
				...{ kind: 'block', blockId },
				changes: { clinicId, resourceId, startsAt, durationMinutes, kind }
			}
		};
	}
	const isBack = before === null || before.removed === true;
	if (!isBack || removed) return null;
	return { ...beside, part: { kind: 'unblock', blockId, basedOnRevision: revision } };
}

function visitBack(
	event: PastEvent,
	of: string,
	subject: PastSubject & { kind: 'appointment' }
): Way | null {
	const { id: appointmentId, revision } = subject;
	const { before } = event;
	const based = { appointmentId, basedOnRevision: revision };
	const way = (part: Part, takenBack: Partial<TakenBack> = {}): Way => ({
		...{ part, restoresBlockAt: null },
		takenBack: { ...NOTHING_BESIDE, ...takenBack }
	});
	if (before === null) {
		return way({ kind: 'cancel', ...based, changes: { reason: 'booked-by-mistake' } });
	}
	const placement = placementBack(event, subject);
	if (placement !== null) {
		const reason = 'overrideReason' in before ? before.overrideReason : subject.overrideReason;
		const override = typeof reason === 'string' ? { override: reason } : {};
		return way(
			{ ...based, ...placement, ...override },
			{ losesTime: before.status === 'needs-review' }
		);
	}
	if (typeof before.status === 'string') {
		const status = before.status as AppointmentStatus;
		if (status === 'cancelled') {
			const reason = CANCEL_REASONS.includes(before.cancelReason as CancelReason)
				? (before.cancelReason as CancelReason)
				: 'other';
			return way({ kind: 'cancel', ...based, changes: { reason } });
		}
		const override = subject.overrideReason;
		return way({ kind: 'set-status', ...based, changes: { status } }, { override });
	}
	if (of === 'confirm') {
		return way({ kind: 'confirm', ...based, changes: { confirmed: before.confirmedAt !== null } });
	}
	if (typeof before.remark === 'string') {
		return way({ kind: 'remark', ...based, changes: { remark: before.remark } });
	}
	return null;
}

/** @returns where it lay before, as far as this change had moved it; `null`: it had not */
function placementBack(
	event: PastEvent,
	{ startsAt, endsAt }: { startsAt: number; endsAt: number }
): Pick<PartOf<'move'>, 'kind' | 'changes'> | Pick<PartOf<'resize'>, 'kind' | 'changes'> | null {
	const fields = fieldsOf(event);
	const before = event.before!;
	const start = fields.includes('start') ? { startsAt: Number(before.startsAt) } : {};
	if (fields.includes('length')) {
		// Who moved it since has left its length.
		const longer = lengthened(before, event.after) / MINUTE_MS;
		const durationMinutes = durationMinutesOf({ startsAt, endsAt }) - longer;
		return { kind: 'resize', changes: { durationMinutes, ...start } };
	}
	const changes = {
		...start,
		...(fields.includes('practitioner') ? { practitionerId: String(before.practitionerId) } : {}),
		...(fields.includes('room') ? { roomId: String(before.roomId) } : {})
	};
	return Object.keys(changes).length === 0 ? null : { kind: 'move', changes };
}
