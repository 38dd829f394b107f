/** A session of somebody in the demo, as if that person had signed in. */
import { eq } from 'drizzle-orm';
import { openDatabase } from '#db/database.ts';
import { users } from '#db/schema/index.ts';
import { findingOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { sessionFactory } from '../factories/clinic-factory.ts';

/** @returns what the browser's cookie holds */
export async function sessionOf(databaseUrl: string, email: string): Promise<string> {
	const database = openDatabase(databaseUrl, { max: 1 });
	try {
		const [account] = await findingOrganization(database, (transaction) =>
			transaction
				.select({ userId: users.id, organizationId: users.organizationId })
				.from(users)
				.where(eq(users.email, email))
		);
		if (!account) throw new Error(`nobody signs in as ${email}`);
		return await sessionFactory(database, account as Actor);
	} finally {
		await database.close();
	}
}
