/** Where drafts of a day are listed, opened, looked at and dropped. */
import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { dropDraft, openDraft } from '#domain/drafts/commands.ts';
import { doctorsOfClinic, draftOf, openDraftsOf } from '#domain/drafts/queries.ts';
import { explainRefusal } from '#domain/scheduling/refusal-words.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import { boardDate, boardPage, ownClinic, todayAt } from './board-page.ts';
import { database } from './database.ts';

const NOT_ALLOWED =
	'Drafts are for those who may move the visits of everybody at a clinic. You do not have permission to do that here.';
const NOT_THERE = 'There is no such draft of this day. It may have been typed or copied wrongly.';

const pathOf = (clinicId: string, date: string) => `/board/${clinicId}/${date}/drafts`;

/** The day's open drafts, and who could be away in a new one. */
export async function draftsPage({ locals, params }: RequestEvent) {
	const actor = locals.actor!;
	const clinic = await ownClinic(actor, params.clinicId!);
	const date = boardDate(params.date!);
	const open = await openDraftsOf(database(), actor, { clinicId: clinic.id, date });
	if (!open.ok) error(403, NOT_ALLOWED);
	return {
		...{ clinic, date, drafts: open.value, isToday: date === todayAt(clinic) },
		doctors: await doctorsOfClinic(database(), actor, clinic.id)
	};
}

/** One draft, open or over, with all that its board needs. */
export async function draftPage({ locals, params, url }: RequestEvent) {
	const actor = locals.actor!;
	const page = await boardPage(actor, params.clinicId!, params.date!);
	const id = z.uuid().safeParse(params.draftId);
	const found = id.success
		? await draftOf(database(), actor, id.data)
		: ({ ok: false, refusal: { code: 'not-found' } } as const);
	if (!found.ok) {
		error(
			found.refusal.code === 'not-allowed' ? 403 : 404,
			found.refusal.code === 'not-allowed' ? NOT_ALLOWED : NOT_THERE
		);
	}
	const draft = found.value;
	if (draft.clinicId !== page.clinic.id || draft.date !== page.date) error(404, NOT_THERE);
	const away = z.uuid().safeParse(url.searchParams.get('away'));
	// Nothing is booked, blocked or written on a draft: cards are moved.
	const can = { ...page.can, book: false, block: false, remark: false, override: false };
	return { ...page, can, draft, awayFrom: away.success ? away.data : null };
}

const newSchema = z.object({
	title: z.string(),
	away: z.union([z.uuid(), z.literal('')]).nullish()
});

export const DRAFTS_ACTIONS = {
	open: async ({ locals, params, request }: RequestEvent) => {
		const actor = locals.actor!;
		const clinic = await ownClinic(actor, params.clinicId!);
		const date = boardDate(params.date!);
		const input = newSchema.safeParse(Object.fromEntries(await request.formData()));
		if (!input.success) return fail(400, { message: 'Please say what this draft is about.' });
		const { title, away } = input.data;
		const made = await openDraft(database(), actor, {
			...{ id: crypto.randomUUID(), clinicId: clinic.id, date, title }
		});
		if (!made.ok) return refused(made.refusal);
		redirect(303, `${pathOf(clinic.id, date)}/${made.value.id}${away ? `?away=${away}` : ''}`);
	}
};

export const DRAFT_ACTIONS = {
	drop: async ({ locals, params }: RequestEvent) => {
		const actor = locals.actor!;
		const clinic = await ownClinic(actor, params.clinicId!);
		const date = boardDate(params.date!);
		const id = z.uuid().safeParse(params.draftId);
		if (!id.success) error(404, NOT_THERE);
		const dropped = await dropDraft(database(), actor, id.data);
		if (!dropped.ok) return refused(dropped.refusal);
		redirect(303, pathOf(clinic.id, date));
	}
};

function refused(refusal: Refusal) {
	if (refusal.code === 'not-found') return error(404, NOT_THERE);
	if (refusal.code === 'not-allowed') return error(403, NOT_ALLOWED);
	if (refusal.code === 'invalid') {
		return fail(400, { message: 'Please say in a few words what this draft is about.' });
	}
	const message = explainRefusal(refusal, { nameOf: () => undefined, zone: 'UTC' });
	return fail(409, { message });
}
