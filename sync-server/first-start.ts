/** What the first start fills the database with, and which sign-ins to tell. */
import { inArray } from 'drizzle-orm';
import type { Database } from '#db/database.ts';
import { fillDemo, isEmpty } from '#db/demo/fill.ts';
import { DEMO_SIGN_INS } from '#db/demo/sign-ins.ts';
import { users } from '#db/schema/access.ts';
import type { Settings } from '#db/settings.ts';
import { findingOrganization } from '#db/transaction.ts';

/** Fills an empty database with the demo organization, unless the operator wants none. */
export async function fillOnFirstStart(
	database: Database,
	demo: Settings['demo'],
	say: (line: string) => void
): Promise<void> {
	if (demo === 'none' || !(await isEmpty(database))) return;
	say('First start: making the demo organization.');
	await fillDemo(database, { scale: demo, onProgress: say });
}

/** @returns one line for each demo account that this database holds; none on a clinic's own data. */
export async function demoSignInLines(database: Database): Promise<string[]> {
	const emails = DEMO_SIGN_INS.map((account) => account.email);
	const rows = await findingOrganization(database, (transaction) =>
		transaction.select({ email: users.email }).from(users).where(inArray(users.email, emails))
	);
	const present = new Set(rows.map((row) => row.email));
	const width = Math.max(0, ...emails.map((email) => email.length));
	return DEMO_SIGN_INS.filter((account) => present.has(account.email)).map(
		({ email, password, role }) => `  ${email.padEnd(width)}  ${password}  (${role})`
	);
}
