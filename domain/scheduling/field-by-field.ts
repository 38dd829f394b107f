/**
 * A visit has four fields that people change on their own: where it lies, its status, whether it was confirmed, its
 * remark. A change is judged by its own field alone: what somebody else did to another one meanwhile stays, and is told.
 */
import type { Part } from './intents.ts';
import { accept, refuse, type Result } from './refusals.ts';
import type { Adjustment, VisitField } from './verdict.ts';

/** The last revision of a visit, and that at which each field was changed last. */
export interface FieldRevisions {
	revision: number;
	placementRevision: number;
	statusRevision: number;
	confirmationRevision: number;
	remarkRevision: number;
}

/** What an intent about a visit says of what its author had seen. */
export interface Basis {
	basedOnRevision: number;
	/** Revisions that the author's own earlier intents made and that they had not seen yet. */
	ownRevisions: ReadonlySet<number>;
	/** `true`: any change since refuses (HTTP's If-Match). */
	exactRevision: boolean;
}

type ChangeKind = Exclude<Part['kind'], 'book' | 'block' | 'unblock'>;

const FIELD: Record<ChangeKind, VisitField> = {
	move: 'placement',
	resize: 'placement',
	'set-status': 'status',
	'check-in': 'status',
	cancel: 'status',
	confirm: 'confirmation',
	remark: 'remark'
};

/** @returns the fields other than its own that somebody else changed meanwhile; refused when it is its own */
export function judgeBasis(
	kind: ChangeKind,
	current: FieldRevisions,
	{ basedOnRevision, ownRevisions, exactRevision }: Basis
): Result<VisitField[]> {
	const lastChange: Record<VisitField, number> = {
		placement: current.placementRevision,
		status: current.statusRevision,
		confirmation: current.confirmationRevision,
		remark: current.remarkRevision
	};
	const isNews = (revision: number) => revision > basedOnRevision && !ownRevisions.has(revision);
	const own = exactRevision ? current.revision : lastChange[FIELD[kind]];
	if (isNews(own) || basedOnRevision > current.revision) {
		return refuse('stale-revision', { field: 'basedOnRevision' });
	}
	const fields = Object.keys(lastChange) as VisitField[];
	return accept(fields.filter((field) => isNews(lastChange[field])));
}

/** @returns what the author of a change has to be told besides that it was made */
export function adjustmentsOf(
	before: { supportIds: readonly string[] } | null,
	after: { id: string; supportIds: readonly string[] },
	changedMeanwhile: readonly VisitField[]
): Adjustment[] {
	const { id: subjectId, supportIds } = after;
	const adjustments: Adjustment[] = [];
	if (changedMeanwhile.length > 0) {
		adjustments.push({ kind: 'changed-meanwhile', subjectId, fields: [...changedMeanwhile] });
	}
	const had = before?.supportIds ?? [];
	if (had.length > 0 && had.toSorted().join() !== supportIds.toSorted().join()) {
		adjustments.push({ kind: 'other-support', subjectId, supportIds: [...supportIds] });
	}
	return adjustments;
}
