/** Messages as planning and sending leave them, made through the application's role. */
import type { Database } from '#db/database.ts';
import { messageAttempts, messageRules, messages } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { RuleKind } from '#domain/messaging/message.ts';
import type { RuleTemplates } from '#domain/messaging/template.ts';

const words = {
	subject: 'Your visit on {{visit.day}}',
	body: 'Dear {{patient.givenName}},\n\nsee you on {{visit.day}} at {{visit.time}}.\n{{link.confirm}}',
	short: 'See you on {{visit.day}} at {{visit.time}}, {{clinic.name}}'
};
export const TEMPLATES: RuleTemplates = { en: words, pl: words };

/** @returns the id of a new rule, by e-mail and then SMS, for everything unless it is said otherwise */
export async function ruleFactory(
	database: Database,
	organizationId: string,
	rule: Partial<typeof messageRules.$inferInsert> & { kind: RuleKind }
): Promise<string> {
	const id = crypto.randomUUID();
	await inOrganization(database, organizationId, (transaction) =>
		transaction.insert(messageRules).values({
			...{ organizationId, id, channels: ['email', 'sms'], templates: TEMPLATES, ...rule }
		})
	);
	return id;
}

type Attempt = Omit<typeof messageAttempts.$inferInsert, 'organizationId' | 'messageId' | 'number'>;

/** @returns the id of a new message; `settledAt` is when it was due, unless it waits */
export async function messageFactory(
	database: Database,
	organizationId: string,
	{
		attempts = [],
		...message
	}: Partial<Omit<typeof messages.$inferInsert, 'attempts'>> & { attempts?: Attempt[] }
): Promise<string> {
	const id = crypto.randomUUID();
	const dueAt = message.dueAt ?? new Date();
	const waits = (message.state ?? 'queued') === 'queued';
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction.insert(messages).values({
			...{ organizationId, id, kind: 'reminder', cause: id, channels: ['email', 'sms'] },
			...{ dueAt, settledAt: waits ? null : dueAt, attempts: attempts.length, ...message }
		});
		if (attempts.length === 0) return;
		await transaction.insert(messageAttempts).values(
			attempts.map((attempt, i) => ({
				...{ organizationId, messageId: id, number: i + 1, startedAt: dueAt, endedAt: dueAt },
				...attempt
			}))
		);
	});
	return id;
}
