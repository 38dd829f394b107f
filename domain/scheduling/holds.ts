/** Keeping a time for somebody for minutes, while they decide. */
import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { durationSchema, instantSchema } from './intents.ts';

/** Long enough to fill in a form, short enough that nobody minds one that was left behind. */
export const HOLD_MINUTES = 10;
/** One person keeps no more than this many times at once. */
export const MAX_HOLDS = 5;

/** @returns whom a time is kept for when `actor` asks */
export function holdOwnerOf(actor: Actor): string {
	return actor.holdOwner ?? actor.userId;
}

const id = z.uuid();

export const holdSchema = z.strictObject({
	clinicId: id,
	serviceId: id,
	practitionerId: id,
	roomId: id,
	startsAt: instantSchema,
	durationMinutes: durationSchema.optional(),
	/** Chosen by the author, so that a request that is sent again renews the same hold. */
	id: id.optional()
});
export type HoldWish = z.infer<typeof holdSchema>;

/** A time that is kept; instants are epoch milliseconds. */
export interface Hold {
	id: string;
	startsAt: number;
	endsAt: number;
	expiresAt: number;
}
