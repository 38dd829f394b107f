/** What the pages about the waitlist share: whose they are, and which of them one may open. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { clinicsOf, organizationName, type ClinicSummary } from '#domain/directory/queries.ts';
import { mayImport } from '#domain/waitlist/commands/import.ts';
import { reportScope } from '#domain/waitlist/report.ts';
import {
	TAB_PAGES,
	WAITLIST_TABS,
	type Neighbour,
	type WaitlistFrameData,
	type WaitlistTab
} from '#web/lib/waitlist/tabs.ts';
import { database } from './database.ts';
import { organizationTabs } from './organization-frame.ts';

/** @returns the pages that the actor may open */
export function waitlistTabs(actor: Actor): WaitlistTab[] {
	const { organizationId } = actor;
	const everybody = { organizationId, clinicId: null, practitionerId: null };
	const mayRead = authorize(actor, 'waitlist.read', everybody);
	const may: Record<WaitlistTab, boolean> = {
		...{ list: mayRead, offers: mayRead },
		...{ report: reportScope(actor) !== null, import: mayImport(actor) }
	};
	return WAITLIST_TABS.filter((key) => may[key]);
}

/** @returns the first page about the waitlist that the actor may open, or `null` */
export function waitlistHome(actor: Actor): string | null {
	const [first] = waitlistTabs(actor);
	return first === undefined ? null : TAB_PAGES[first].path;
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
	const settings: Neighbour[] = organizationTabs(actor).includes('waitlist')
		? [{ name: 'Settings', path: '/organization/waitlist', isCurrent: false }]
		: [];
	return {
		frame: {
			...{ organizationName: name, hasBoard: clinics.length > 0 },
			neighbours: [
				...tabs.map((key) => ({
					...{ name: TAB_PAGES[key].name, path: TAB_PAGES[key].path, isCurrent: key === tab }
				})),
				...settings
			]
		},
		clinics
	};
}
