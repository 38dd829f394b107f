/** What the pages about an organization share: whose they are, and which of them one may open. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { clinicsOf, organizationName } from '#domain/directory/queries.ts';
import {
	ORGANIZATION_TABS,
	type OrganizationFrameData,
	type OrganizationTab
} from '#web/lib/organization/tabs.ts';
import { database } from './database.ts';

/** @returns the pages that the actor may open: with the permission anywhere, be it at one clinic */
export function organizationTabs(actor: Actor): OrganizationTab[] {
	const { organizationId } = actor;
	const places = [null, ...actor.roles.map(({ clinicId }) => clinicId)];
	return ORGANIZATION_TABS.filter(({ permission }) =>
		places.some((clinicId) =>
			authorize(actor, permission, { organizationId, clinicId, practitionerId: null })
		)
	).map(({ key }) => key);
}

/** @returns the first page about the organization that the actor may open, or `null` */
export function organizationHome(actor: Actor): string | null {
	const [first] = organizationTabs(actor);
	return ORGANIZATION_TABS.find(({ key }) => key === first)?.path ?? null;
}

/** @returns the frame around a page, for those who may open it; everybody else is told that it is not for them */
export async function organizationFrame(
	actor: Actor,
	tab: OrganizationTab
): Promise<OrganizationFrameData> {
	const tabs = organizationTabs(actor);
	if (!tabs.includes(tab)) error(403, 'This page is for administrators. Ask yours if you need it.');
	const [name, clinics] = await Promise.all([
		organizationName(database(), actor),
		clinicsOf(database(), actor)
	]);
	return { organizationName: name, hasBoard: clinics.length > 0, tabs };
}
