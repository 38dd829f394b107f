/** A clinic with messages, and what a test needs to look at them. */
import pg from 'pg';
import { inOrganization } from '#db/transaction.ts';
import type { Database } from '#db/database.ts';
import { messageAttempts, messages } from '#db/schema/index.ts';
import { queueMessage, sealedDirect } from '#domain/messaging/commands/direct.ts';
import type { DirectMessage } from '#domain/messaging/commands/direct.ts';
import { eq } from 'drizzle-orm';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

export interface MessageDesk {
	fresh: FreshDatabase;
	database: Database;
	clinic: Clinic;
	owner: pg.Client;
	/** Queues an e-mail or an SMS that no rule writes. @returns its id */
	direct(some: Partial<DirectMessage>): Promise<string>;
	message(id: string): Promise<typeof messages.$inferSelect>;
	attempts(id: string): Promise<(typeof messageAttempts.$inferSelect)[]>;
	close(): Promise<void>;
}

export async function openMessageDesk(): Promise<MessageDesk> {
	const fresh = await freshDatabase();
	const { database } = fresh;
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	const clinic = await clinicFactory(database);
	const { organizationId } = clinic;
	return {
		...{ fresh, database, clinic, owner },
		async direct(some) {
			const message = await sealedDirect(database, {
				...{ organizationId, kind: 'other', channel: 'email', language: 'en' },
				...{ to: 'anna@patient.example', subject: 'A word', body: 'Hello', short: 'Hello' },
				...some
			});
			await inOrganization(database, organizationId, (transaction) =>
				queueMessage(transaction, message)
			);
			return message.id;
		},
		async message(id) {
			const [found] = await inOrganization(database, organizationId, (transaction) =>
				transaction.select().from(messages).where(eq(messages.id, id))
			);
			return found!;
		},
		attempts: (id) =>
			inOrganization(database, organizationId, (transaction) =>
				transaction
					.select()
					.from(messageAttempts)
					.where(eq(messageAttempts.messageId, id))
					.orderBy(messageAttempts.number)
			),
		async close() {
			await owner.end();
			await fresh.drop();
		}
	};
}
