/** What is said of a draft where it is listed, and who may have one. Pure. */
import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { parseLocalDate } from '../availability/local-day.ts';

export const DRAFT_STATES = ['open', 'committed', 'dropped'] as const;
export type DraftState = (typeof DRAFT_STATES)[number];

export const MAX_TITLE_LENGTH = 80;

/** More are tried out at one clinic on one day by nobody: somebody forgot to drop theirs. */
export const MAX_OPEN_DRAFTS = 12;

export const newDraftSchema = z.strictObject({
	id: z.uuid(),
	clinicId: z.uuid(),
	/** `YYYY-MM-DD` */
	date: z.string().refine((text) => parseLocalDate(text) !== null),
	title: z
		.string()
		.trim()
		.min(1)
		.max(MAX_TITLE_LENGTH)
		.refine((text) => !text.includes('\0') && text.isWellFormed())
});
export type NewDraft = z.infer<typeof newDraftSchema>;

export interface DraftSummary {
	id: string;
	clinicId: string;
	/** `YYYY-MM-DD` */
	date: string;
	title: string;
	state: DraftState;
	madeBy: string;
	/** Epoch milliseconds. */
	madeAt: number;
	/** Who carried it out or dropped it, and when; `null`: it is open. */
	endedBy: string | null;
	endedAt: number | null;
}

/** @returns whether drafts of a clinic's days are the actor's to see, change and carry out: who may move any visit there */
export function mayDraft(actor: Actor, clinicId: string): boolean {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId, practitionerId: null };
	return authorize(actor, 'board.read', subject) && authorize(actor, 'appointment.move', subject);
}
