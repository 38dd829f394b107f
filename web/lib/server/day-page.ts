/** A doctor's own day: at which clinics, on which boards; and telling patients that it runs late. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { tellDelay } from '#domain/messaging/commands/tell-delay.ts';
import { delaySchema, type DelayTold } from '#domain/messaging/delay.ts';
import { explainRefusal } from '#domain/scheduling/refusal-words.ts';
import type { OwnDay } from '#domain/scheduling/own-day.ts';
import { ownDays } from '#domain/scheduling/queries/own-days.ts';
import { boardDate, boardPage, ownClinics, todayAt } from './board-page.ts';
import { database } from './database.ts';

/** Boards of one day that are open at once; nobody works at more clinics in a day. */
const MOST_BOARDS = 3;

/** @param query of the address: `date` (`YYYY-MM-DD`; today when left out) and `view` (`week`, else the day) */
export async function dayPage(actor: Actor, query: URLSearchParams) {
	const [first] = await ownClinics(actor);
	if (!first) {
		error(403, 'Your account has no clinic yet. Ask your administrator to give you a role at one.');
	}
	const today = todayAt(first);
	const date = boardDate(query.get('date') ?? today);
	const view = query.get('view') === 'week' ? ('week' as const) : ('day' as const);
	const frame = await boardPage(actor, first.id, date);
	const shared = { date, today, view, frame };
	const practitionerId = actor.roles.find((role) => role.practitionerId !== null)?.practitionerId;
	// Whoever is no doctor is told so, kindly.
	if (!practitionerId) return { ...shared, doctorId: null, boards: [], week: [] };
	if (view === 'week') {
		const day = Temporal.PlainDate.from(date);
		const monday = day.subtract({ days: day.dayOfWeek - 1 }).toString();
		const week = await ownDays(database(), actor, { practitionerId, from: monday, days: 7 });
		return { ...shared, doctorId: practitionerId, boards: [], week };
	}
	const [own] = await ownDays(database(), actor, { practitionerId, from: date, days: 1 });
	const boards = await Promise.all(
		clinicsOfDay(own!, first.id).map((clinicId) =>
			clinicId === first.id ? frame : boardPage(actor, clinicId, date)
		)
	);
	return { ...shared, doctorId: practitionerId, boards, week: [] };
}

/** @returns where the doctor is to be found; the first clinic on a day without any, so that time can be blocked */
function clinicsOfDay({ places }: OwnDay, otherwise: string): string[] {
	const busy = places.filter(
		({ working, visits, blocks }) => working.length + visits.length + blocks.length > 0
	);
	const chosen = (busy.length > 0 ? busy : places).slice(0, MOST_BOARDS);
	return chosen.length > 0 ? chosen.map(({ clinicId }) => clinicId) : [otherwise];
}

/** Somebody said that those who wait are to be told. @returns who is, and who is not */
export async function tellLate(actor: Actor, body: unknown): Promise<DelayTold> {
	const parsed = delaySchema.safeParse(body);
	if (!parsed.success) error(400, 'Say whose visits are later now.');
	const told = await tellDelay(database(), actor, parsed.data);
	if (told.ok) return told.value;
	const isDenied = told.refusal.code === 'not-allowed';
	error(
		isDenied ? 403 : 404,
		explainRefusal(told.refusal, { nameOf: () => undefined, zone: 'UTC' })
	);
}
