/** Whether an account may sign in by password at all. */
import { sql, type SQL } from 'drizzle-orm';

/**
 * For a row of `users`: `false` where its organization sends everybody of the address's domain to its provider. Read
 * together with the account, so that it takes the same time whatever it says. In plain words of SQL: drizzle would
 * leave out the tables' names in a query of one table.
 */
export const PASSWORD_ALLOWED: SQL<boolean> = sql<boolean>`NOT EXISTS (SELECT 1 FROM identity_providers p
	WHERE p.organization_id = users.organization_id AND p.enabled AND NOT p.passwords_allowed
		AND split_part(users.email, '@', 2) = ANY (p.domains))`;
