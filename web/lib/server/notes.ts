/** What the notes ask for beside their documents: whether there is something new, and who may be mentioned. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import type { Mentionable } from '#domain/notes/mention.ts';
import type { HandoverNews } from '#domain/notes/handover-news.ts';
import { handoverNews, mentionable, type NoteName } from '#domain/notes/queries.ts';
import { boardDate, ownClinic } from './board-page.ts';
import { database } from './database.ts';

interface Day {
	clinicId: string;
	date: string;
}

/** @returns whether there is something new in the handover notes of a day */
export async function newsOfHandover(actor: Actor, day: Day): Promise<HandoverNews> {
	const found = await handoverNews(database(), actor, await checked(actor, day));
	if (!found.ok) error(403, 'You do not have permission to read the handover notes.');
	return found.value;
}

/** @returns who may be mentioned in the handover notes of a day */
export async function colleaguesOfDay(actor: Actor, day: Day): Promise<Mentionable[]> {
	return colleagues(actor, { kind: 'handover', ...(await checked(actor, day)) });
}

/** @returns who may be mentioned in a visit's note */
export async function colleaguesOfVisit(
	actor: Actor,
	appointmentId: string
): Promise<Mentionable[]> {
	if (!z.uuid().safeParse(appointmentId).success) error(404, 'This visit is not there.');
	return colleagues(actor, { kind: 'visit-note', appointmentId });
}

async function colleagues(actor: Actor, name: NoteName): Promise<Mentionable[]> {
	const found = await mentionable(database(), actor, name);
	if (found.ok) return found.value;
	if (found.refusal.code === 'not-found') error(404, 'This visit is not there.');
	error(403, 'You do not have permission to read this note.');
}

async function checked(actor: Actor, { clinicId, date }: Day): Promise<Day> {
	await ownClinic(actor, clinicId);
	return { clinicId, date: boardDate(date) };
}
