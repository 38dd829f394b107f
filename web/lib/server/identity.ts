/** Signing in and out, and who is behind a session. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Actor } from '#domain/access/actor.ts';
import { signIn, signOut } from '#domain/access/commands.ts';
import { actorOfSession } from '#domain/access/queries.ts';
import { database } from './database.ts';

/** Wrong guesses are slow; a clinic whose whole staff signs in at eight is not held up. */
const perAddress = new RateLimiterMemory({ points: 60, duration: 300 });
const perAccount = new RateLimiterMemory({ points: 10, duration: 300 });

export type SignInAnswer =
	| { outcome: 'signed-in'; token: string; expiresAt: number }
	| { outcome: 'wrong' }
	| { outcome: 'too-often' };

/** @param address the visitor's network address */
export async function trySignIn(
	email: string,
	password: string,
	address: string
): Promise<SignInAnswer> {
	try {
		await perAddress.consume(address);
		await perAccount.consume(email.trim().toLowerCase());
	} catch {
		return { outcome: 'too-often' };
	}
	const result = await signIn(database(), { email, password });
	if (!result.ok) return { outcome: 'wrong' };
	await perAccount.delete(email.trim().toLowerCase());
	return { outcome: 'signed-in', ...result.value };
}

/** @returns the actor of a live session, else `null`. */
export function signedInActor(token: string): Promise<Actor | null> {
	return actorOfSession(database(), token);
}

export function endSession(actor: Actor): Promise<void> {
	return signOut(database(), actor);
}
