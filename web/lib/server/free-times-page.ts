/** Free times as patients choose from them: each start once, whoever of those who fit is free then. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { parseLocalDate } from '#domain/availability/local-day.ts';
import { searchSlots } from '#domain/availability/queries/slots.ts';
import { slotSearchSchema } from '#domain/availability/slot-search.ts';
import { byPath, type SiteDirectory, type SiteService } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { database } from './database.ts';

const SHOWN_DAYS = 21;
const STEP_MINUTES = 15;
const MOST = 200;

const text = z.string().max(120).optional().catch(undefined);

/** Read from an address: what makes no sense there is left out. */
export const timesQuerySchema = z.object({
	service: text,
	clinic: text,
	doctor: text,
	from: z
		.string()
		.refine((date) => parseLocalDate(date) !== null)
		.optional()
		.catch(undefined),
	after: z
		.string()
		.regex(/^[\w.-]{1,80}$/)
		.optional()
		.catch(undefined)
});
export type TimesQuery = z.infer<typeof timesQuerySchema>;

export interface FreeTime {
	/** Epoch milliseconds. */
	startsAt: number;
	clinicId: string;
	practitionerId: string;
	roomId: string;
}

export interface FreeTimesPage {
	times: FreeTime[];
	/** To ask for later ones with; `null`: there are no more. */
	next: string | null;
}

/**
 * @param now epoch milliseconds
 * @param most how many at most
 */
export async function freeTimes(
	visitor: Actor,
	directory: SiteDirectory,
	service: SiteService,
	query: Pick<TimesQuery, 'clinic' | 'doctor' | 'from' | 'after'>,
	now: number,
	most: number = MOST
): Promise<FreeTimesPage> {
	const { clinics, doctors } = directory;
	const clinic = query.clinic ? byPath(clinics, query.clinic) : null;
	const doctor = query.doctor ? byPath(doctors, query.doctor) : null;
	const who = (doctor ? [doctor] : doctors).filter(({ serviceIds }) =>
		serviceIds.includes(service.id)
	);
	const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC');
	const first = today.toPlainDate().toString();
	if (who.length === 0 || clinics.length === 0) return { times: [], next: null };
	const search = slotSearchSchema.parse({
		clinicIds: clinic ? [clinic.id] : clinics.map(({ id }) => id),
		serviceIds: [service.id],
		practitionerIds: who.map(({ id }) => id),
		from: query.from && query.from > first ? query.from : first,
		days: SHOWN_DAYS,
		stepMinutes: STEP_MINUTES,
		limit: most,
		...(query.after ? { after: query.after } : {})
	});
	const found = await searchSlots(
		database(),
		visitor,
		search,
		now + service.bookNoticeMinutes * 60_000
	);
	if (!found.ok) error(404, m.not_found());
	const seen = new Set<string>();
	const times = found.value.slots.filter(({ startsAt, clinicId }) => {
		const key = `${clinicId}/${startsAt}`;
		return !seen.has(key) && seen.add(key);
	});
	return {
		times: times.map(({ startsAt, clinicId, practitionerId, roomId }) => ({
			...{ startsAt, clinicId, practitionerId, roomId }
		})),
		next: found.value.next
	};
}

const chosen = z
	.string()
	.max(200)
	.transform((sent) => sent.split('.'))
	.pipe(z.tuple([z.uuid(), z.uuid(), z.uuid(), z.string().regex(/^\d{13}$/)]));

/** @returns the time that a button stands for, or `null` for what none of ours says */
export function chosenTime(sent: FormDataEntryValue | null): FreeTime | null {
	const parsed = chosen.safeParse(sent);
	if (!parsed.success) return null;
	const [clinicId, practitionerId, roomId, startsAt] = parsed.data;
	return { clinicId, practitionerId, roomId, startsAt: Number(startsAt) };
}
