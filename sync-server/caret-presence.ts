/** What a client may say of itself in a note: where its caret is. Who it is, the server says. */
import { z } from 'zod';
import { NOTE_FRAGMENT } from '#domain/kept-documents/kept-name.ts';
import { CLOSE } from './close-codes.ts';
import { whoeverSays } from './presence.ts';

const idSchema = z.strictObject({
	client: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
	clock: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
});

/** A place in a Yjs document that moves with what is written before it (`Y.RelativePosition`). */
const relativePosition = z.strictObject({
	type: idSchema.nullish(),
	tname: z.literal(NOTE_FRAGMENT).nullish(),
	item: idSchema.nullish(),
	assoc: z.number().int().min(-1).max(1).optional()
});

const saidByClient = z.strictObject({
	/** Where the selection begins and ends. */
	cursor: z.strictObject({ anchor: relativePosition, head: relativePosition }).nullish(),
	...whoeverSays
});

/** @returns what colleagues see of it; throws a close code for a state of the wrong shape */
export function saidInNote(state: Record<string, unknown>): object {
	const said = saidByClient.safeParse(state);
	if (!said.success) throw CLOSE.malformed;
	return { cursor: said.data.cursor ?? null };
}
