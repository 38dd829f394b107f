/** What providers report after they have taken a message. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { messageAttempts, messages, patients } from '../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import { reportedOutcome, type DeliveryReport } from '../delivery-report.ts';
import type { ClosedReason } from '../message.ts';
import { makeTask } from './attempts.ts';
import { closeAddress } from './closed-addresses.ts';
import { wakeSender } from './wake.ts';

/**
 * Writes down what an SMS provider says of a try. A report that is late, repeated, or about something that we do not
 * know changes nothing; one that comes before we have written down that it was taken settles it.
 * @param organizationId as the address says to which the provider reports; who signed it was checked
 */
export function noteReport(
	database: Database,
	organizationId: string,
	report: DeliveryReport
): Promise<void> {
	const outcome = reportedOutcome(report);
	if (outcome === null) return Promise.resolve();
	const { messageId, attempt: number, providerId } = report;
	return inOrganization(database, organizationId, async (transaction) => {
		const own = and(eq(messages.organizationId, organizationId), eq(messages.id, messageId));
		const [message] = await transaction.select().from(messages).where(own).for('update');
		const isThis = and(
			eq(messageAttempts.organizationId, organizationId),
			eq(messageAttempts.messageId, messageId),
			eq(messageAttempts.number, number)
		);
		const [attempt] = await transaction.select().from(messageAttempts).where(isThis);
		if (!message || !attempt || attempt.channel !== 'sms') return;
		// Delivered is the last word; what failed was already followed up.
		if (attempt.outcome !== 'sent' && attempt.outcome !== 'sending') return;
		await transaction
			.update(messageAttempts)
			.set({
				...{ outcome: outcome.outcome, providerId, endedAt: new Date() },
				response: responseOf(report)
			})
			.where(isThis);
		// A newer try speaks for the message by now.
		if (message.attempts > number) return;
		const isLost = outcome.outcome === 'failed' && message.ruleId === null;
		const state =
			outcome.outcome === 'delivered' ? 'delivered' : isLost ? 'failed' : ('queued' as const);
		await transaction
			.update(messages)
			.set({
				...{
					state,
					channel: 'sms',
					attempts: number,
					claimedUntil: null,
					claimedBy: null,
					sealedContent: null
				},
				...(state === 'queued'
					? { dueAt: new Date(), settledAt: null }
					: { settledAt: message.settledAt ?? new Date() })
			})
			.where(own);
		if (outcome.outcome === 'delivered') return;
		if (outcome.closes) {
			await closeFor(transaction, organizationId, message.patientId, outcome.closes);
			await makeTask(transaction, organizationId, messageId);
		}
		// The next way is found, or that there is none, when it is sent again.
		if (state === 'queued') await wakeSender(transaction, organizationId);
	});
}

function responseOf({ status, errorCode }: DeliveryReport): string {
	return errorCode === null ? status : `${status} ${errorCode}`;
}

async function closeFor(
	transaction: Transaction,
	organizationId: string,
	patientId: string | null,
	reason: ClosedReason
): Promise<void> {
	if (patientId === null) return;
	const [patient] = await transaction
		.select({ phone: patients.phone })
		.from(patients)
		.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)));
	if (!patient?.phone) return;
	await closeAddress(transaction, organizationId, 'sms', { address: patient.phone, reason });
}
