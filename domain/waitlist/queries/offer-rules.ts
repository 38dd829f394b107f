/** By which rule offers are told at a clinic, and when not. */
import { and, eq } from 'drizzle-orm';
import { clinics, messageRules } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { ensureRules } from '../../messaging/commands/default-rules.ts';
import { afterQuiet } from '../../messaging/due-time.ts';
import type { Channel } from '../../messaging/message.ts';
import { ruleFor } from '../../messaging/rule-choice.ts';

export interface OfferRule {
	id: string;
	channels: Channel[];
	/** When a message may leave: the moment that was asked about, or when the quiet hours end (epoch milliseconds). */
	mayLeaveAt: number;
}

/** @returns for a service of the clinic the rule that holds; `null`: none does, or it is switched off */
export type OfferRules = (serviceId: string) => OfferRule | null;

/** @param now epoch milliseconds. @returns `null` for a clinic that there is not */
export async function readOfferRules(
	transaction: Transaction,
	organizationId: string,
	clinicId: string,
	now: number
): Promise<OfferRules | null> {
	await ensureRules(transaction, organizationId);
	const rules = await transaction
		.select()
		.from(messageRules)
		.where(
			and(eq(messageRules.organizationId, organizationId), eq(messageRules.kind, 'waitlist-offer'))
		);
	const [clinic] = await transaction
		.select({ zone: clinics.zone })
		.from(clinics)
		.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)));
	if (!clinic) return null;
	return (serviceId) => {
		const rule = ruleFor(rules, 'waitlist-offer', { clinicId, serviceId });
		if (!rule?.enabled) return null;
		const { id, channels } = rule;
		return { id, channels, mayLeaveAt: afterQuiet(rule, now, clinic.zone) };
	};
}
