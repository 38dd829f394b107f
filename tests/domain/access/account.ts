/** Accounts that can sign in, and what the audit says of them. */
import { TOTP } from 'otpauth';
import type pg from 'pg';
import {
	beginSecondFactor,
	confirmSecondFactor,
	secretBeingSetUp
} from '#domain/access/commands/second-factor.ts';
import { signIn } from '#domain/access/commands/sign-in.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { Database } from '#db/database.ts';
import { hashPassword } from '#db/passwords.ts';
import { staffFactory, type Clinic } from '../../factories/clinic-factory.ts';

export const PASSWORD = 'right horse battery';
const passwordHash = hashPassword(PASSWORD);

export interface Account {
	actor: Actor;
	userId: string;
	email: string;
}

/** A receptionist with a password, unless another role is named. */
export async function accountFactory(
	{ database, owner, clinic }: { database: Database; owner: pg.Client; clinic: Clinic },
	role: Parameters<typeof staffFactory>[2] = { role: 'receptionist' }
): Promise<Account> {
	const actor = await staffFactory(database, clinic, role);
	const { userId } = actor;
	const values = [await passwordHash, userId];
	await owner.query('UPDATE users SET password_hash = $1 WHERE id = $2', values);
	return { actor, userId, email: `${userId}@staff.example` };
}

/** What an authenticator app shows. @param at epoch milliseconds */
export function codeOf(text: string, at: number): string {
	return new TOTP({ secret: text.replaceAll(' ', '') }).generate({ timestamp: at });
}

/** @returns a code that fits neither now nor in the steps beside */
export function wrongCode(text: string, at: number): string {
	const near = [-1, 0, 1].map((step) => codeOf(text, at + step * 30_000));
	return ['000001', '000002', '000003', '000004'].find((code) => !near.includes(code))!;
}

/** Sets up a second factor with the code of `at`. @returns the secret and the recovery codes */
export async function factorFactory(
	database: Database,
	actor: Actor,
	at: number
): Promise<{ secret: string; recoveryCodes: string[] }> {
	await beginSecondFactor(database, actor);
	const { text } = (await secretBeingSetUp(database, actor))!;
	const answer = await confirmSecondFactor(database, actor, codeOf(text, at), at);
	if (answer.outcome !== 'on') throw new Error(answer.outcome);
	return { secret: text, recoveryCodes: answer.recoveryCodes };
}

/** Gives the right password. @returns the secret of the second step's cookie */
export async function firstStep(database: Database, email: string, now: number): Promise<string> {
	const answer = await signIn(database, { email, password: PASSWORD }, now);
	if (answer.outcome !== 'second-step') throw new Error(answer.outcome);
	return answer.token;
}

/** @returns the kinds and details of all entries about an account, oldest first */
export async function trailOf(owner: pg.Client, userId: string) {
	const { rows } = await owner.query<{ kind: string; detail: Record<string, unknown>; by: string }>(
		`SELECT kind, detail, actor_user_id AS by FROM audit_entries
			WHERE actor_user_id = $1 OR subject_id = $1::text ORDER BY id`,
		[userId]
	);
	return rows;
}

export const kindsOf = async (owner: pg.Client, userId: string) =>
	(await trailOf(owner, userId)).map(({ kind }) => kind);

export const outcomesOf = (answers: { outcome: string }[]) =>
	Object.fromEntries(
		[...Map.groupBy(answers, ({ outcome }) => outcome)].map(([key, list]) => [key, list.length])
	);
