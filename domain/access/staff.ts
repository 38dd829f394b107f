/** Accounts of an organization's people: how lists show them, and what may be said when one is made or changed. */
import { z } from 'zod';
import type { RoleAssignment } from './actor.ts';
import { STAFF_ROLES, grantsOf } from './permissions.ts';

export const SIGN_IN_WAYS = ['password', 'provider', 'invited'] as const;
/** `invited`: nobody has signed in with it yet, and only a link lets its owner in. */
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

export interface StaffAccount {
	id: string;
	name: string;
	email: string;
	roles: RoleAssignment[];
	signIn: SignInWay;
	secondFactor: boolean;
	/** On a device that is still signed in (epoch milliseconds); `null`: on none. */
	lastUsedAt: number | null;
	/** `false`: closed, signs in no more. */
	active: boolean;
	/** Whoever looks. */
	isSelf: boolean;
	/** Whether whoever looks may change it. */
	manageable: boolean;
}

/** A role that whoever looks may give, and where. */
export interface RoleChoice {
	role: string;
	name: string;
	/** It reaches what belongs to the practitioner that somebody is. */
	needsPractitioner: boolean;
	/** `null`: at every clinic. */
	clinicIds: (string | null)[];
}

export interface StaffDirectory {
	accounts: StaffAccount[];
	clinics: { id: string; name: string }[];
	practitioners: { id: string; name: string }[];
	/** None: whoever looks may give none. */
	choices: RoleChoice[];
}

/** @returns whether a role has to say which practitioner somebody is */
export function needsPractitioner(role: Pick<RoleAssignment, 'role' | 'grants'>): boolean {
	return Object.values(grantsOf(role)).includes('own');
}

const text = (most: number, missing: string) =>
	z
		.string()
		.trim()
		.min(1, missing)
		.max(most, `Please use ${most} characters at most.`)
		.refine((typed) => !typed.includes('\0') && typed.isWellFormed(), {
			message: 'This holds characters that cannot be stored.'
		});

const roleInput = z.strictObject({
	role: z
		.string()
		.refine(
			(role) =>
				(STAFF_ROLES as readonly string[]).includes(role) || /^own-[a-z0-9-]{1,60}$/.test(role),
			'Please choose one of the roles.'
		),
	clinicId: z.uuid().nullable(),
	practitionerId: z.uuid().nullable()
});
export type RoleInput = z.infer<typeof roleInput>;

/** Nobody wears more hats. */
const MAX_ROLES = 50;

const roles = z
	.array(roleInput)
	.max(MAX_ROLES, `Please give ${MAX_ROLES} roles at most.`)
	.refine((list) => new Set(list.map((role) => JSON.stringify(role))).size === list.length, {
		message: 'The same role is there twice.'
	});

const name = text(200, 'Please enter a name.');

export const newAccountSchema = z.strictObject({
	name,
	email: text(320, 'Please enter an e-mail address.')
		.toLowerCase()
		.pipe(z.email('This does not look like an e-mail address.')),
	roles: roles.min(1, 'Please give at least one role.')
});
export type NewAccount = z.infer<typeof newAccountSchema>;

/** The roles that are listed are those it has afterwards. */
export const accountChangeSchema = z.strictObject({ userId: z.uuid(), name, roles });
export type AccountChange = z.infer<typeof accountChangeSchema>;

export const accountSchema = z.strictObject({ userId: z.uuid() });
