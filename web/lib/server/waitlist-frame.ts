/** What the pages about the waitlist share: whose they are, and which of them one may open. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { clinicsOf, organizationName, type ClinicSummary } from '#domain/directory/queries.ts';
import { reportScope } from '#domain/waitlist/report.ts';
import { WAITLIST_TABS, type WaitlistFrameData, type WaitlistTab } from '#web/lib/waitlist/tabs.ts';
import { database } from './database.ts';
import { organizationTabs } from './organization-frame.ts';

/** @returns the pages that the actor may open */
export function waitlistTabs(actor: Actor): WaitlistTab[] {
	const { organizationId } = actor;
	const everybody = { organizationId, clinicId: null, practitionerId: null };
	const may: Record<WaitlistTab, boolean> = {
		offers: authorize(actor, 'waitlist.read', everybody),
		report: reportScope(actor) !== null
	};
	return WAITLIST_TABS.map(({ key }) => key).filter((key) => may[key]);
}

/** @returns the first page about the waitlist that the actor may open, or `null` */
export function waitlistHome(actor: Actor): string | null {
	const [first] = waitlistTabs(actor);
	return WAITLIST_TABS.find(({ key }) => key === first)?.path ?? null;
}

/** @returns the frame around a page and the clinics to choose from; whoever may not open it is told so */
export async function waitlistFrame(
	actor: Actor,
	tab: WaitlistTab
): Promise<{ frame: WaitlistFrameData; clinics: ClinicSummary[] }> {
	const tabs = waitlistTabs(actor);
	if (!tabs.includes(tab)) {
		error(
			403,
			'You do not have permission to see this page. Ask your administrator if you need it.'
		);
	}
	const [name, clinics] = await Promise.all([
		organizationName(database(), actor),
		clinicsOf(database(), actor)
	]);
	return {
		frame: {
			...{ organizationName: name, hasBoard: clinics.length > 0, tabs },
			hasSettings: organizationTabs(actor).includes('waitlist')
		},
		clinics
	};
}
