/** The page of the whole waitlist: how many wait for what, and who. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { URGENCIES } from '#domain/waitlist/entry.ts';
import { AGE_NAMES, WAITING_ORDERS, type WaitingFigures } from '#domain/waitlist/panel.ts';
import { waitingFigures } from '#domain/waitlist/queries/figures.ts';
import type { WaitlistPageData } from '#web/lib/waitlist/panel-data.ts';
import { ownClinics, todayAt } from './board-page.ts';
import { database } from './database.ts';
import { waitlistFrame } from './waitlist-frame.ts';
import { WAITLIST_NOT_YOURS } from './waitlist-panel.ts';

/** What stands in the address; what makes no sense is left out. Never a name: addresses end up in logs. */
const askedSchema = z.object({
	clinic: z.uuid().optional().catch(undefined),
	service: z.uuid().optional().catch(undefined),
	urgency: z.enum(URGENCIES).optional().catch(undefined),
	age: z.enum(AGE_NAMES).optional().catch(undefined),
	order: z.enum(WAITING_ORDERS).optional().catch(undefined)
});

/** @returns how many wait, by what they wait for, and for how long */
export async function waitlistNumbers(actor: Actor): Promise<WaitingFigures> {
	const figures = await waitingFigures(database(), actor);
	if (!figures.ok) error(403, WAITLIST_NOT_YOURS);
	return figures.value;
}

export async function waitlistDashboard(
	actor: Actor,
	address: URLSearchParams
): Promise<WaitlistPageData> {
	const figures = await waitlistNumbers(actor);
	const { frame } = await waitlistFrame(actor, 'list');
	const clinics = await ownClinics(actor);
	const { organizationId } = actor;
	return {
		...{ frame, figures },
		asked: askedSchema.parse(Object.fromEntries(address)),
		canWrite: authorize(actor, 'waitlist.write', {
			...{ organizationId, clinicId: null, practitionerId: null }
		}),
		clinicId: clinics[0]?.id ?? null,
		today: clinics[0] ? todayAt(clinics[0]) : Temporal.Now.plainDateISO('UTC').toString()
	};
}
