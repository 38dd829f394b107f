/** Signing in and out, and who is behind a session. */
import type { Actor, Origin } from '#domain/access/actor.ts';
import { signOut } from '#domain/access/commands.ts';
import { signIn, type SignInAnswer } from '#domain/access/commands/sign-in.ts';
import { deviceName } from '#domain/access/device.ts';
import { actorOfSession } from '#domain/access/queries.ts';
import { whySignedOut } from '#domain/access/queries/devices.ts';
import type { SessionEndReason } from '#db/schema/index.ts';
import { database } from './database.ts';

/** @returns the answer of `signIn`, for a visitor of this server's pages */
export function trySignIn(
	credentials: { email: string; password: string },
	visitor: { address: string; userAgent: string | null; requestId?: string | null }
): Promise<SignInAnswer> {
	const { address, userAgent, requestId } = visitor;
	return signIn(database(), {
		...{ ...credentials, address, device: deviceName(userAgent) },
		requestId: requestId ?? undefined
	});
}

/** @returns the actor of a live session, else `null`. */
export function signedInActor(token: string, origin: Origin): Promise<Actor | null> {
	return actorOfSession(database(), token, origin);
}

export function endSession(actor: Actor): Promise<void> {
	return signOut(database(), actor);
}

/** @returns why the session of a cookie was ended from somewhere else, or `null` */
export function whyEnded(token: string): Promise<SessionEndReason | null> {
	return whySignedOut(database(), token);
}
