/** What waits for somebody of the staff to do. Pure. */
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { grantsOf, isOutsider, type Permission } from '../access/permissions.ts';
import type { Channel, MessageKind } from '../messaging/message.ts';
import type { ContactMessage } from './contact-message.ts';

export const TASK_KINDS = [
	'contact',
	'failed-message',
	'ask-about-visit',
	'refused-change',
	// A doctor's time was taken over a visit that stays booked (trigger of migration 0041).
	'visit-in-block',
	// Somebody was mentioned in a note: for that person alone.
	'mention'
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

type TaskPermission = Extract<Permission, `task.${string}`>;

/**
 * @param clinicId `null`: of no clinic
 * @returns whether the actor may see, or settle, the tasks of a clinic. Those of none are for whoever may at any
 *   clinic: whoever comes first takes them.
 */
export function mayHandle(
	actor: Actor,
	permission: TaskPermission,
	clinicId: string | null
): boolean {
	const { organizationId, roles } = actor;
	const at = (place: string | null) =>
		authorize(actor, permission, { organizationId, clinicId: place, practitionerId: null });
	return at(clinicId) || (clinicId === null && roles.some((role) => at(role.clinicId)));
}

/** @returns whether somebody may be mentioned in any note, and so has a page of tasks, if it is for that alone */
export function mayBeMentioned({ roles }: Pick<Actor, 'roles'>): boolean {
	return roles.some((assignment) => {
		const grants = grantsOf(assignment);
		const isStaff = !isOutsider(assignment.role);
		return isStaff && (grants['handover.read'] ?? grants['people.read']) !== undefined;
	});
}

/** As the page of tasks shows it. */
export interface Task {
	id: string;
	kind: TaskKind;
	/** Epoch milliseconds. */
	madeAt: number;
	clinic: { id: string; name: string; zone: string } | null;
	/** `null`: it is about none, or whoever looks may not know who it is. */
	patientName: string | null;
	visit: TaskVisit | null;
	message: TaskMessage | null;
	/** What somebody wrote through the form of the public site. */
	contact: ContactMessage | null;
	/** The note in which one was mentioned; a visit's is told by the visit. */
	mention: TaskMention | null;
	/** Any other text; `null`: the kind says it all. */
	text: string | null;
	/** What was written was tampered with, or its key is lost. */
	isUnreadable: boolean;
	done: { at: number; by: string | null } | null;
}

export interface TaskVisit {
	id: string;
	clinicId: string;
	/** Local date at its clinic, `YYYY-MM-DD`. */
	date: string;
	startsAt: number;
	zone: string;
	service: string;
	doctor: string;
}

export interface TaskMention {
	/** `null`: one of several who wrote at once. */
	by: string | null;
	/** Of handover notes: their local day, `YYYY-MM-DD`; `null`: it is a visit's note. */
	date: string | null;
}

/** The message that a task is about. */
export interface TaskMessage {
	kind: MessageKind;
	/** The way that was tried last; `null`: none was. */
	channel: Channel | null;
	/** What the provider answered. */
	response: string;
}

export interface TaskPage {
	/** Newest first. */
	tasks: Task[];
	/** Ask for those after it; `null`: there are no more. */
	next: string | null;
	/** The clinics whose tasks one may see, by name. */
	clinics: { id: string; name: string }[];
}
