/** What the pages of messages share: whose they are, and which clinics may be asked for. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { clinicsOf, organizationName } from '#domain/directory/queries.ts';
import { messageScope } from '#domain/messaging/message-scope.ts';
import type { ClinicChoice, MessagesFrameData } from '#web/lib/messaging/page-data.ts';
import { database } from './database.ts';
import { organizationTabs } from './organization-frame.ts';
import { mayOpenOutbox } from './outbox-access.ts';

const NOT_FOR_YOU = 'Messages are for reception and administrators. Ask yours if you need them.';

/** @returns the address of the messages for those who may read any, or `null` */
export function messagesPath(actor: Actor): string | null {
	return messageScope(actor) === null ? null : '/messages';
}

/** @returns the frame and the clinics to choose from; whoever may read no messages is told that it is not for them */
export async function messagesFrame(
	actor: Actor
): Promise<{ frame: MessagesFrameData; clinics: ClinicChoice[] }> {
	if (messageScope(actor) === null) error(403, NOT_FOR_YOU);
	const [name, clinics] = await Promise.all([
		organizationName(database(), actor),
		clinicsOf(database(), actor)
	]);
	return {
		frame: {
			...{ organizationName: name, hasBoard: clinics.length > 0 },
			hasOutbox: mayOpenOutbox(actor),
			hasRules: organizationTabs(actor).includes('messages')
		},
		clinics: clinics.filter(({ id }) => mayReadAt(actor, id))
	};
}

function mayReadAt(actor: Actor, clinicId: string): boolean {
	const { organizationId } = actor;
	return authorize(actor, 'message.read', { organizationId, clinicId, practitionerId: null });
}
