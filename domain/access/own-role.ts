/** Roles that an organization makes for itself, beside the built-in ones. */
import { z } from 'zod';
import { foldText } from '../directory/patient-search.ts';
import { PERMISSION_WORDS } from './permission-words.ts';
import { PERMISSIONS, SCOPES, type Grants, type Permission } from './permissions.ts';

export interface OwnRole {
	key: string;
	name: string;
	grants: Grants;
	/** How many accounts have it. */
	accounts: number;
	/** Whether whoever looks may change it. */
	manageable: boolean;
}

/** What assignments name it by. */
export const roleKey = z.string().regex(/^own-[a-z0-9-]{1,60}$/);

export const ownRoleSchema = z.strictObject({
	/** Left out: a new one. */
	key: roleKey.optional(),
	name: z
		.string()
		.trim()
		.min(2, 'Please give the role a name.')
		.max(60, 'Please use 60 characters at most.')
		.refine((typed) => !typed.includes('\0') && typed.isWellFormed(), {
			message: 'This holds characters that cannot be stored.'
		}),
	grants: z
		.partialRecord(z.enum(PERMISSIONS), z.enum(SCOPES))
		.refine((grants) => Object.keys(grants).length > 0, 'Please allow at least one thing.')
		.superRefine((grants, context) => {
			for (const [permission, scope] of Object.entries(grants)) {
				const { words, scopes } = PERMISSION_WORDS[permission as Permission];
				if (scopes.includes(scope)) continue;
				context.addIssue({
					code: 'custom',
					path: [permission],
					message: `Who may ${words} may do so ${scopes.includes('clinic') ? 'at whole clinics' : 'everywhere'} only.`
				});
			}
		})
});
export type OwnRoleInput = z.infer<typeof ownRoleSchema>;

const MAX_KEY_NAME = 50;

/** @returns a key made from the role's name that none of `taken` is; it stays when the name changes */
export function keyFromName(name: string, taken: ReadonlySet<string>): string {
	const plain = foldText(name)
		.replace(/[^a-z0-9]+/g, '-')
		.slice(0, MAX_KEY_NAME)
		.replace(/^-+|-+$/g, '');
	const base = `own-${plain || 'role'}`;
	for (let place = 1; ; place++) {
		const key = place === 1 ? base : `${base}-${place}`;
		if (!taken.has(key)) return key;
	}
}
