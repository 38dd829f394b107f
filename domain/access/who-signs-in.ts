/** Who may say which provider an organization trusts, and what its word is worth. */
import type { Actor } from './actor.ts';
import { authorize } from './authorize.ts';
import { ROLE_TABLE, type Permission } from './permissions.ts';

/**
 * Whoever names the provider could name one of their own and sign in as anybody. So only those decide about it who
 * may do all that an administrator of the organization may: then no rule can give more than they have themselves.
 */
export function mayDecideWhoSignsIn(actor: Actor): boolean {
	const everywhere = {
		...{ organizationId: actor.organizationId, clinicId: null, practitionerId: null }
	};
	const all = Object.keys(ROLE_TABLE['organization-administrator']) as Permission[];
	return all.every((permission) => authorize(actor, permission, everywhere));
}
