/** What the board's panels ask for beside the documents. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { searchSlots } from '#domain/availability/queries/slots.ts';
import { dayHistory } from '#domain/board/queries/day-history.ts';
import type { DayHistory } from '#domain/board/replay.ts';
import { slotSearchSchema, type SlotPage } from '#domain/availability/slot-search.ts';
import { searchPatients } from '#domain/directory/queries.ts';
import type { PatientSummary } from '#domain/directory/patient-summary.ts';
import {
	appointmentHistory,
	readAppointment,
	type AppointmentDetail
} from '#domain/scheduling/queries.ts';
import type { SeriesBlock } from '#domain/scheduling/block-moves.ts';
import { blocksFrom } from '#domain/scheduling/queries/block-series.ts';
import { seriesOf } from '#domain/scheduling/queries/series.ts';
import type { SeriesVisit } from '#domain/scheduling/series.ts';
import type { HistoryEntry } from '#domain/scheduling/history-entry.ts';
import { askReception } from '#domain/tasks/commands/ask-reception.ts';
import { refusedChangeSchema } from '#domain/tasks/refused-change.ts';
import { boardDate, ownClinic } from './board-page.ts';
import { database } from './database.ts';
import { secondsToWaitForSearch } from './request-rate.ts';

const searchInput = z.strictObject({ text: z.string().max(200) });
const FOUND_AT_MOST = 8;

/** A patient's name is sent in the body: addresses end up in logs. */
export async function findPatients(
	actor: Actor,
	clinicId: string,
	body: unknown
): Promise<PatientSummary[]> {
	await ownClinic(actor, clinicId);
	const parsed = searchInput.safeParse(body);
	if (!parsed.success) error(400, 'The text to search for is missing or too long.');
	if ((await secondsToWaitForSearch(actor)) !== null) {
		error(429, 'These were many searches at once. Please wait a moment.');
	}
	const found = await searchPatients(database(), actor, {
		text: parsed.data.text,
		limit: FOUND_AT_MOST
	});
	if (!found.ok) error(403, 'You do not have permission to search patients.');
	return found.value;
}

const cursor = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional();

/** @returns a page of what happened on a board's day. @param before the cursor of the page before, if any */
export async function dayHistoryPage(
	actor: Actor,
	{ clinicId, date, before }: { clinicId: string; date: string; before: string | null }
): Promise<DayHistory> {
	await ownClinic(actor, clinicId);
	const parsed = cursor.safeParse(before ?? undefined);
	if (!parsed.success) error(400, 'The place in the history is not known.');
	const query = { clinicId, date: boardDate(date), before: parsed.data };
	const found = await dayHistory(database(), actor, query);
	if (!found.ok) error(403, 'You do not have permission to see the history of this day.');
	return found.value;
}

/** @returns the next free times of a service at the clinic. */
export async function findSlots(actor: Actor, clinicId: string, body: unknown): Promise<SlotPage> {
	const asked = { ...(body as object | null), clinicIds: [clinicId] };
	const parsed = slotSearchSchema.safeParse(asked);
	if (!parsed.success) error(400, 'This search is not complete.');
	const found = await searchSlots(database(), actor, parsed.data, Date.now());
	if (!found.ok) error(404, 'There is no such clinic or service here.');
	return found.value;
}

/** @returns the visits to come of a visit's series. */
export async function seriesVisits(actor: Actor, appointmentId: string): Promise<SeriesVisit[]> {
	if (!z.uuid().safeParse(appointmentId).success) error(404, 'This visit is not there.');
	const found = await seriesOf(database(), actor, appointmentId);
	if (!found.ok) error(404, 'This visit is not there.');
	return found.value;
}

/** @returns a block, and those that were taken with it and come after it. */
export async function blockSeries(actor: Actor, blockId: string): Promise<SeriesBlock[]> {
	if (!z.uuid().safeParse(blockId).success) error(404, 'This block is not there.');
	const found = await blocksFrom(database(), actor, blockId);
	if (!found.ok) error(404, 'This block is not there.');
	return found.value;
}

export interface VisitDetail {
	visit: AppointmentDetail;
	/** `null` where the actor may not read it. */
	history: HistoryEntry[] | null;
}

/** @returns a visit with its history, as far as the actor may read them. */
export async function visitDetail(actor: Actor, appointmentId: string): Promise<VisitDetail> {
	if (!z.uuid().safeParse(appointmentId).success) error(404, 'This visit is not there.');
	const visit = await readAppointment(database(), actor, appointmentId);
	if (!visit.ok) error(404, 'This visit is not there.');
	const history = await appointmentHistory(database(), actor, appointmentId);
	return { visit: visit.value, history: history.ok ? history.value : null };
}

/** Leaves a change that could not be made for reception. @returns the task's id */
export async function passToReception(
	actor: Actor,
	clinicId: string,
	body: unknown
): Promise<{ id: string }> {
	await ownClinic(actor, clinicId);
	const parsed = refusedChangeSchema.safeParse(body);
	if (!parsed.success) error(400, parsed.error.issues[0]!.message);
	const made = await askReception(database(), actor, { clinicId, change: parsed.data });
	if (!made.ok) error(404, 'This is no longer there.');
	return made.value;
}
