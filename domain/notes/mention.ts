/** Mentions in notes: what of a stored note is one, and how many count. Pure. */
import { z } from 'zod';

/** Mentions in one note that anybody hears of. */
export const MAX_MENTIONS = 100;
/** Mentions in an hour of which somebody hears: in one note, and by one person. */
export const MENTIONS_AN_HOUR = 30;

/** A mention as it stands in a note: whom, and which mention it is, so that it is told once. */
export const mentionSchema = z.object({ id: z.uuid(), ref: z.uuid() });
export interface Mention {
	userId: string;
	ref: string;
}

/** Somebody who may be mentioned in a note. */
export interface Mentionable {
	userId: string;
	name: string;
}

/** @returns the mentions among what was found in a note, each once; whatever is none is left out */
export function mentionsAmong(found: readonly unknown[]): Mention[] {
	const byRef = new Map<string, Mention>();
	for (const one of found) {
		const parsed = mentionSchema.safeParse(one);
		if (!parsed.success || byRef.size >= MAX_MENTIONS) continue;
		const { id, ref } = parsed.data;
		if (!byRef.has(ref)) byRef.set(ref, { userId: id, ref });
	}
	return [...byRef.values()];
}
