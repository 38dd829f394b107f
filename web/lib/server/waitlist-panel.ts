/** Who waits, for the panel beside the board and the dashboard: looking, adding, changing, taking off. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { explainRefusal } from '#domain/scheduling/refusal-words.ts';
import type { Refusal, Result } from '#domain/scheduling/refusals.ts';
import { changeEntry } from '#domain/waitlist/commands/change-entry.ts';
import { joinWaitlist, leaveWaitlist } from '#domain/waitlist/commands.ts';
import { entryWishSchema } from '#domain/waitlist/entry.ts';
import {
	waitingQuerySchema,
	type WaitingChoices,
	type WaitingPage,
	type WaitingPerson
} from '#domain/waitlist/panel.ts';
import { waitingChoices } from '#domain/waitlist/queries/choices.ts';
import { timesForEntry } from '#domain/waitlist/queries/entry-times.ts';
import { countWaiting } from '#domain/waitlist/queries/figures.ts';
import { searchWaitlist, waitingPeople } from '#domain/waitlist/queries/panel.ts';
import type { SavedEntry, TimesOfEntry } from '#web/lib/waitlist/panel-data.ts';
import { FAULT_WORDS } from '#web/lib/waitlist/entry-words.ts';
import { boardDate, ownClinic } from './board-page.ts';
import { database } from './database.ts';
import { secondsToWaitForSearch } from './request-rate.ts';
import { noteTold, toldBefore } from './told-patients.ts';

export const WAITLIST_NOT_YOURS =
	'The waitlist is for reception and administrators. Ask yours if you need it.';

/** Who waits. A patient's name is sent in the body: addresses end up in logs. */
export async function findWaiting(actor: Actor, body: unknown): Promise<WaitingPage> {
	const parsed = waitingQuerySchema.safeParse(body);
	if (!parsed.success) error(400, wordsOfIssue(parsed.error));
	if (parsed.data.text !== '' && (await secondsToWaitForSearch(actor)) !== null) {
		error(429, 'These were many searches at once. Please wait a moment.');
	}
	const found = await searchWaitlist(database(), actor, parsed.data, toldBefore(actor));
	if (!found.ok) error(403, WAITLIST_NOT_YOURS);
	noteTold(actor, found.value.people);
	return found.value;
}

/** @returns how many wait who would come to the clinic */
export async function waitingCount(actor: Actor, clinicId: string): Promise<{ waiting: number }> {
	await ownClinic(actor, clinicId);
	const waiting = await countWaiting(database(), actor, clinicId);
	if (waiting === null) error(403, WAITLIST_NOT_YOURS);
	return { waiting };
}

/** @param clinicId where somebody is put on the list; what may be chosen is the same everywhere */
export async function entryChoices(actor: Actor, clinicId: string | null): Promise<WaitingChoices> {
	const clinic = clinicId === null ? undefined : (await ownClinic(actor, clinicId)).id;
	const found = await waitingChoices(database(), actor, clinic);
	if (!found.ok) error(403, WAITLIST_NOT_YOURS);
	return found.value;
}

/** The earliest day anywhere on Earth; the command looks at it too. */
const today = () => Temporal.Now.plainDateISO('Etc/GMT+12').toString();

const newEntry = z.strictObject({ patientId: z.uuid(), wish: z.unknown() });

/** Puts a patient on the list; whoever waits for this already is told, with the entry that there is. */
export async function addEntry(actor: Actor, body: unknown): Promise<SavedEntry> {
	const parsed = newEntry.safeParse(body);
	if (!parsed.success) error(400, 'Choose a patient first.');
	const { patientId } = parsed.data;
	const wish = wishOf(parsed.data.wish);
	const joined = await joinWaitlist(database(), actor, {
		...{ patientId, wish, source: 'reception', again: 'refuse' }
	});
	if (!joined.ok && joined.refusal.code === 'already-waiting') {
		const { serviceId } = wish;
		return { known: await waitingFor(actor, { patientId, serviceId }) };
	}
	return { id: done(joined).id };
}

/** @returns the entry of a patient who waits for a service already; `null`: not for whoever asks */
async function waitingFor(
	actor: Actor,
	{ patientId, serviceId }: { patientId: string; serviceId: string }
): Promise<WaitingPerson | null> {
	const listed = await waitingPeople(database(), actor, { patientId, serviceId });
	return listed.ok ? (listed.value[0] ?? null) : null;
}

const entryInput = z.discriminatedUnion('do', [
	z.strictObject({ do: z.literal('change'), revision: z.int().min(1), wish: z.unknown() }),
	z.strictObject({ do: z.literal('take-off') })
]);

/** Gives an entry other wishes, and its place in the queue stays; or takes it off the list. */
export async function saveEntry(actor: Actor, entryId: string, body: unknown): Promise<SavedEntry> {
	if (!isId(entryId)) error(404, 'This entry is not there.');
	const parsed = entryInput.safeParse(body);
	if (!parsed.success) error(400, 'This entry cannot be changed like this.');
	if (parsed.data.do === 'take-off') {
		done(await leaveWaitlist(database(), actor, entryId));
		return { id: entryId };
	}
	const { revision } = parsed.data;
	const wish = wishOf(parsed.data.wish);
	return done(await changeEntry(database(), actor, { id: entryId, revision, wish }));
}

const timesInput = z.strictObject({ entryId: z.uuid(), date: z.string() });

/** @returns the free times of a day at the clinic that suit an entry */
export async function entryTimes(
	actor: Actor,
	clinicId: string,
	body: unknown
): Promise<TimesOfEntry> {
	await ownClinic(actor, clinicId);
	const parsed = timesInput.safeParse(body);
	if (!parsed.success) error(400, 'Choose somebody from the list first.');
	const asked = { clinicId, entryId: parsed.data.entryId, date: boardDate(parsed.data.date) };
	const found = await timesForEntry(database(), actor, asked, toldBefore(actor), Date.now());
	const { entry, times } = done(found);
	noteTold(actor, [entry]);
	return { entry, times };
}

function wishOf(input: unknown) {
	const wish = entryWishSchema(today()).safeParse(input);
	if (!wish.success) error(400, wordsOfIssue(wish.error));
	return wish.data;
}

export function isId(text: string): boolean {
	return z.uuid().safeParse(text).success;
}

/** @returns the first thing that is wrong, with its field */
export function wordsOfIssue(fault: z.ZodError): string {
	const [issue] = fault.issues;
	const field = String(issue!.path[0] ?? '');
	return FAULT_WORDS[issue!.message] ?? `Please look at this field again: ${field || 'all'}.`;
}

const WORDS: Partial<Record<Refusal['code'], string>> = {
	'not-found': 'This entry is not on the list any more.',
	'stale-revision': 'Somebody changed this entry a moment ago. Please look at it again.',
	'date-out-of-range': 'Choose days from today on, within a year.'
};
const STATUS: Partial<Record<Refusal['code'], 400 | 403 | 404>> = {
	...{ 'not-found': 404, 'not-allowed': 403, 'date-out-of-range': 400, invalid: 400 }
};

/** @returns what a command gave; its refusal as an error in words */
export function done<T>(result: Result<T>, zone = 'UTC'): T {
	if (result.ok) return result.value;
	const { code } = result.refusal;
	const words = WORDS[code] ?? explainRefusal(result.refusal, { nameOf: () => undefined, zone });
	error(STATUS[code] ?? 409, words);
}
