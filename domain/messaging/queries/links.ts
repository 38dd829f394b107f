/** The link that a token stands for. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { verifyLink } from '../../../db/encryption/link-token.ts';
import { messageLinks, patients } from '../../../db/schema/index.ts';
import { findingOrganization, inOrganization } from '../../../db/transaction.ts';
import type { SiteLanguage } from '../../site/site.ts';
import type { LinkFacts } from '../link-state.ts';

export interface MessageLink extends LinkFacts {
	organizationId: string;
	id: string;
	patientId: string;
	appointmentId: string | null;
	/** Of the waitlist; `null`: it answers none. */
	offerId: string | null;
	messageId: string | null;
	/** What the patient reads; `null`: has not said. */
	language: SiteLanguage | null;
}

/** @returns the link, or `null` for a token that is none of ours; the database is not asked about those */
export async function findLink(database: Database, token: string): Promise<MessageLink | null> {
	const claim = verifyLink(database.keyring, token);
	if (claim === null) return null;
	const [link] = await findingOrganization(database, (transaction) =>
		transaction
			.select()
			.from(messageLinks)
			.where(and(eq(messageLinks.id, claim.id), eq(messageLinks.action, claim.action)))
	);
	if (!link) return null;
	const { organizationId, patientId } = link;
	const [patient] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ language: patients.language })
			.from(patients)
			.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)))
	);
	return {
		...link,
		expiresAt: link.expiresAt.getTime(),
		usedAt: link.usedAt?.getTime() ?? null,
		aboutStart: link.aboutStart?.getTime() ?? null,
		language: patient?.language ?? null
	};
}
