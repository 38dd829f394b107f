/** The messages of a visit over HTTP: what was sent and will be, and what can be done about it. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { holdBackMessage } from '#domain/messaging/commands/hold-back.ts';
import { savePatientMessages } from '#domain/messaging/commands/patient-messages.ts';
import { retryMessage } from '#domain/messaging/commands/retry.ts';
import type { VisitTimeline } from '#domain/messaging/message-log.ts';
import { patientMessagesSchema } from '#domain/messaging/patient-messages.ts';
import { visitTimeline } from '#domain/messaging/queries/visit-timeline.ts';
import type { Result } from '#domain/scheduling/refusals.ts';
import { database } from './database.ts';

const wishSchema = z.discriminatedUnion('do', [
	z.strictObject({ do: z.literal('retry'), messageId: z.uuid() }),
	z.strictObject({ do: z.literal('hold-back'), messageId: z.uuid() }),
	patientMessagesSchema.extend({ do: z.literal('say') })
]);

/** @returns the visit's messages; 404 for whoever may not read them */
export async function visitMessages(actor: Actor, appointmentId: string): Promise<VisitTimeline> {
	if (!z.uuid().safeParse(appointmentId).success) error(404, 'This visit is not there.');
	const found = await visitTimeline(database(), actor, appointmentId);
	if (!found.ok) error(404, 'This visit is not there.');
	return found.value;
}

/** Does what is asked for. @returns the visit's messages as they stand then */
export async function changeVisitMessages(
	actor: Actor,
	appointmentId: string,
	body: unknown
): Promise<VisitTimeline> {
	const { messages } = await visitMessages(actor, appointmentId);
	const parsed = wishSchema.safeParse(body);
	if (!parsed.success) error(400, parsed.error.issues[0]!.message);
	const wish = parsed.data;
	if (wish.do === 'say') {
		const { do: _, ...patient } = wish;
		done(await savePatientMessages(database(), actor, appointmentId, patient));
	} else {
		if (!messages.some(({ id }) => id === wish.messageId)) {
			error(404, 'This message is not there.');
		}
		const command = wish.do === 'retry' ? retryMessage : holdBackMessage;
		done(await command(database(), actor, wish.messageId));
	}
	return visitMessages(actor, appointmentId);
}

function done(result: Result<unknown>): void {
	if (result.ok) return;
	const { code } = result.refusal;
	if (code === 'not-found') error(404, 'This message is not there.');
	if (code === 'not-allowed') error(403, 'You may only read messages.');
	error(409, 'This message stands differently by now. Please look again.');
}
