/** Who is on a board and what they are doing: the client says what, the server says who. */
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import type { Permission } from '#domain/access/permissions.ts';
import { ATTENTION_FIELDS, type AttentionField } from '#domain/board/presence.ts';
import { instantSchema } from '#domain/scheduling/intents.ts';
import { CLOSE } from './close-codes.ts';
import type { ConnectionContext } from './connection-context.ts';

/** Stamped by the server; a client that sends it back has to say the truth. */
export const whoeverSays = { user: z.unknown().optional() };

/** What a client may say of itself on a board; everything else is refused. */
const saidByClient = z.strictObject({
	/** The card that has the person's attention, and what of it is being changed. */
	at: z
		.strictObject({
			appointmentId: z.uuid().optional(),
			field: z.enum(ATTENTION_FIELDS).optional()
		})
		.nullish(),
	/** A card on its way. */
	drag: z
		.strictObject({
			appointmentId: z.uuid(),
			practitionerId: z.uuid().nullish(),
			roomId: z.uuid().nullish(),
			startsAt: instantSchema,
			durationMinutes: z.number().int().min(5).max(720)
		})
		.nullish(),
	...whoeverSays
});

/** What colleagues see of somebody on a board, beside who it is. */
interface BoardPresence {
	at: z.infer<typeof saidByClient>['at'];
	drag: z.infer<typeof saidByClient>['drag'];
}

/** Who it is; the server says so. */
export interface PresentUser {
	userId: string;
	name: string;
	colorIndex: number;
}

/** @returns what colleagues see of what a client says of itself; throws a close code where it is of the wrong shape */
export type Said = (state: Record<string, unknown>) => object;

const COLOURS = 8;

/**
 * The board on which it is said. What is said of a card that is not on it, or of something that the sender may not do
 * to it, is dropped: rights may have changed since the browser drew it.
 */
export interface PresencePlace {
	clinicId: string;
	/** @returns whose visit it is, or `null` where this board has no such card */
	practitionerOf(appointmentId: string): string | null;
}

/** What somebody has to be allowed to do for colleagues to see them at it. */
const PERMISSION: Record<AttentionField, Permission> = {
	place: 'appointment.move',
	status: 'appointment.set-status',
	note: 'appointment.remark',
	cancellation: 'appointment.cancel'
};

type States = Map<number, Record<string, unknown>>;

/**
 * Stamps the sender's identity on what it says of itself and drops what it says of others: browsers repeat their
 * colleagues' states, so that is no attack, but it must have no effect. `states` is changed in place.
 * @param states as Hocuspocus hands them on: it reads the message into an awareness of its own, whose own empty
 *   state comes first and is nobody's
 * @param current what the document's awareness holds now
 * @param say what may be said on this kind of document
 * Throws a close code for somebody else's identity or a state of the wrong shape.
 */
export function stampPresence(
	states: States,
	context: ConnectionContext,
	current: ReadonlyMap<number, Record<string, unknown>>,
	say: Said
): void {
	const { actor } = context;
	const [scratchId] = states.keys();
	if (scratchId !== undefined) states.delete(scratchId);
	if (context.presenceClientId === undefined) {
		const own = [...states.keys()].filter((clientId) => {
			const holder = current.get(clientId)?.user as PresentUser | undefined;
			// A browser that comes back keeps its client id, while the server still holds the lost connection.
			return holder === undefined || holder.userId === actor.userId;
		});
		// The first message of a browser speaks of itself alone.
		if (own.length === 1) context.presenceClientId = own[0]!;
	}
	for (const [clientId, state] of states) {
		if (clientId !== context.presenceClientId) {
			states.delete(clientId);
			continue;
		}
		const seen = say(state);
		const claimed = state.user as { userId?: unknown } | null | undefined;
		if (claimed !== undefined && claimed?.userId !== actor.userId) throw CLOSE.forgedPresence;
		const user: PresentUser = {
			...{ userId: actor.userId, name: actor.name, colorIndex: colourOf(actor.userId) }
		};
		states.set(clientId, { user, ...seen });
	}
}

/** On a board: the card that has somebody's attention, and one on its way. */
export function saidOnBoard(
	state: Record<string, unknown>,
	actor: Actor,
	place: PresencePlace
): BoardPresence {
	const said = saidByClient.safeParse(state);
	if (!said.success) throw CLOSE.malformed;
	const { at, drag } = said.data;
	return {
		at: seenAt(at, actor, place),
		drag: mayDo('appointment.move', drag?.appointmentId, actor, place) ? drag : null
	};
}

/** @returns what colleagues see of it on a draft, where everybody may move every card; throws a close code for a wrong shape */
export function saidInDraft(state: Record<string, unknown>): BoardPresence {
	const said = saidByClient.safeParse(state);
	if (!said.success) throw CLOSE.malformed;
	const { at = null, drag = null } = said.data;
	return { at, drag };
}

function seenAt(at: BoardPresence['at'], actor: Actor, place: PresencePlace): BoardPresence['at'] {
	const { appointmentId, field } = at ?? {};
	if (appointmentId === undefined) return at && {};
	if (place.practitionerOf(appointmentId) === null) return null;
	const isShown = field !== undefined && mayDo(PERMISSION[field], appointmentId, actor, place);
	return isShown ? { appointmentId, field } : { appointmentId };
}

function mayDo(
	permission: Permission,
	appointmentId: string | undefined,
	actor: Actor,
	{ clinicId, practitionerOf }: PresencePlace
): boolean {
	const practitionerId = appointmentId === undefined ? null : practitionerOf(appointmentId);
	if (practitionerId === null) return false;
	const { organizationId } = actor;
	return authorize(actor, permission, { organizationId, clinicId, practitionerId });
}

/** The same person has the same colour on every screen. */
function colourOf(userId: string): number {
	return [...userId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS;
}
