/** What the board's page needs before the documents come: who looks, what they may do, which clinics there are. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { authorize, readableScope } from '#domain/access/authorize.ts';
import type { Permission } from '#domain/access/permissions.ts';
import { chosenSettings } from '#domain/access/queries/settings.ts';
import { roleWords } from '#domain/access/role-words.ts';
import { localDateOf, parseLocalDate } from '#domain/availability/local-day.ts';
import { clinicsOf, labelsOf, type ClinicSummary } from '#domain/directory/queries.ts';
import { mayDraft } from '#domain/drafts/draft-summary.ts';
import { countOpenTasks } from '#domain/tasks/queries.ts';
import { countWaiting } from '#domain/waitlist/queries/figures.ts';
import { database } from './database.ts';
import { messagesPath } from './messages-frame.ts';
import { organizationHome } from './organization-frame.ts';
import { waitlistHome } from './waitlist-frame.ts';

/** @returns today where the clinic is, `YYYY-MM-DD`. */
export function todayAt(clinic: ClinicSummary): string {
	return localDateOf(Date.now(), clinic.zone);
}

/** @returns the clinics that the actor may see. */
export function ownClinics(actor: Actor): Promise<ClinicSummary[]> {
	return clinicsOf(database(), actor);
}

/** @returns one of the actor's clinics; anything else, a stranger's too, is not there. */
export async function ownClinic(actor: Actor, clinicId: string): Promise<ClinicSummary> {
	const clinic = (await ownClinics(actor)).find(({ id }) => id === clinicId);
	if (!clinic)
		error(404, 'There is no such clinic here. It may have been typed or copied wrongly.');
	return clinic;
}

/** @returns the date, checked; says which form is expected otherwise. */
export function boardDate(text: string): string {
	const date = parseLocalDate(text);
	if (!date) {
		error(
			400,
			'This is not a day that Dayboard knows. A day looks like 2026-11-23: year, month, day.'
		);
	}
	return date.toString();
}

/** The board page's data. */
export async function boardPage(actor: Actor, clinicId: string, dateText: string) {
	const clinics = await ownClinics(actor);
	const clinic = clinics.find(({ id }) => id === clinicId);
	if (!clinic)
		error(404, 'There is no such clinic here. It may have been typed or copied wrongly.');
	const date = boardDate(dateText);
	const own = actor.roles
		.map((assignment) => assignment.practitionerId)
		.filter((id): id is string => id !== null);
	const may = (permission: Permission) =>
		[null, ...own].some((practitionerId) =>
			authorize(actor, permission, {
				organizationId: actor.organizationId,
				clinicId,
				practitionerId
			})
		);
	const mayAnywhere = (permission: Permission) =>
		authorize(actor, permission, {
			...{ organizationId: actor.organizationId, clinicId: null, practitionerId: null }
		});
	const people = readableScope(actor, 'people.read', clinicId);
	const waiting = await countWaiting(database(), actor, clinicId);
	const { graceMinutes, offlineHours, statusLabels } = await chosenSettings(database(), actor);
	const masked = may('people.read-masked') ? ('masked' as const) : null;
	return {
		clinics,
		clinic,
		date,
		today: todayAt(clinic),
		actor: {
			userId: actor.userId,
			name: actor.name,
			roles: [...new Set(actor.roles.map(roleWords))]
		},
		organizationPath: organizationHome(actor),
		openTasks: (await countOpenTasks(database(), actor))?.open ?? null,
		waiting,
		messagesPath: messagesPath(actor),
		graceMinutes,
		waitlistPath: waitlistHome(actor),
		peopleScope: people === 'all' ? ('all' as const) : (people[0] ?? masked),
		ownPractitionerIds: own,
		can: {
			book: may('appointment.book'),
			move: may('appointment.move'),
			setStatus: may('appointment.set-status'),
			confirm: may('appointment.confirm'),
			cancel: may('appointment.cancel'),
			remark: may('appointment.remark'),
			override: may('appointment.override'),
			block: may('block.write'),
			history: may('history.read'),
			handover: may('handover.read'),
			tryOut: mayDraft(actor, clinicId),
			messages: may('message.read'),
			waitlist: {
				read: waiting !== null,
				write: mayAnywhere('waitlist.write'),
				offer: may('waitlist.offer')
			}
		},
		statusLabels: labelsOf(statusLabels),
		offlineHours
	};
}
