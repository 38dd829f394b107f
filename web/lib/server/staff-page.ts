/** The page of accounts: what it shows, and what can be done on it. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import { LINK_PURPOSES } from '#domain/access/account-link.ts';
import type { Actor } from '#domain/access/actor.ts';
import { resetSecondFactor } from '#domain/access/commands/keep-second-factor.ts';
import {
	addAccount,
	changeAccount,
	closeAccount,
	endDevicesOf,
	reopenAccount
} from '#domain/access/commands/staff.ts';
import { readStaff } from '#domain/access/queries/staff.ts';
import { accountChangeSchema, accountSchema, newAccountSchema } from '#domain/access/staff.ts';
import { accept, type Refusal } from '#domain/scheduling/refusals.ts';
import { handOverLink } from './account-links.ts';
import { database } from './database.ts';
import { organizationAction } from './organization-actions.ts';
import { organizationFrame } from './organization-frame.ts';

export async function staffPage(actor: Actor) {
	const frame = await organizationFrame(actor, 'staff');
	const staff = await readStaff(database(), actor);
	if (!staff.ok) error(403, 'You do not have permission to see the accounts.');
	return { frame, ...staff.value };
}

const linkSchema = accountSchema.extend({ purpose: z.enum(LINK_PURPOSES) });

export const STAFF_ACTIONS = {
	/** Gives the link with which the new account's owner comes in. */
	add: organizationAction(
		newAccountSchema,
		async (database, actor, input, pageOrigin) => {
			const made = await addAccount(database, actor, input);
			if (!made.ok) return made;
			const { userId } = made.value;
			const link = await handOverLink(actor, { userId, purpose: 'invitation' }, pageOrigin);
			return accept({ userId, link: link.ok ? link.value : null });
		},
		explainAccount
	),
	change: organizationAction(accountChangeSchema, changeAccount, explainAccount),
	close: organizationAction(accountSchema, (db, actor, { userId }) =>
		closeAccount(db, actor, userId)
	),
	reopen: organizationAction(accountSchema, (db, actor, { userId }) =>
		reopenAccount(db, actor, userId)
	),
	endDevices: organizationAction(accountSchema, (db, actor, { userId }) =>
		endDevicesOf(db, actor, userId)
	),
	resetSecondFactor: organizationAction(accountSchema, resetSecondFactor),
	link: organizationAction(linkSchema, (_, actor, target, pageOrigin) =>
		handOverLink(actor, target, pageOrigin)
	)
};

async function explainAccount({ code, field = '' }: Refusal): Promise<string | undefined> {
	if (code === 'invalid' && field.endsWith('.practitionerId')) {
		return 'Please say which doctor this person is.';
	}
	if (code === 'not-found' && field.startsWith('roles')) {
		return 'A clinic, doctor or role in this list is no longer there. Please choose again.';
	}
	if (code === 'not-allowed' && field === 'roles') {
		return 'You can only give roles at your own clinics, and nothing that you may not do yourself.';
	}
	return undefined;
}
