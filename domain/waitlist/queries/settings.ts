/** How an organization's waitlist works, as it is stored. */
import { eq } from 'drizzle-orm';
import { organizations } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { waitlistSettingsOf, type WaitlistSettings } from '../settings.ts';

export async function readWaitlistSettings(
	transaction: Transaction,
	organizationId: string
): Promise<WaitlistSettings> {
	const [organization] = await transaction
		.select({ settings: organizations.settings })
		.from(organizations)
		.where(eq(organizations.id, organizationId));
	return waitlistSettingsOf(organization?.settings.waitlist);
}
