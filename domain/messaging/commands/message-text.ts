/** What a message says: as its rule's template has it, or as it was sealed when it was queued. */
import type { Database } from '../../../db/database.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { unseal } from '../../../db/encryption/sealing.ts';
import { directContentSchema, type DirectContent } from '../direct-content.ts';
import type { LinkAction } from '../message.ts';
import {
	htmlOfText,
	LINK_PLACEHOLDERS,
	renderTemplate,
	type RenderedText,
	type RuleTemplates,
	type TemplateValues
} from '../template.ts';
import type { SiteLanguage } from '../../site/site.ts';
import { visitValues, type VisitFacts } from '../visit-words.ts';

/** Addresses by what following them does. */
export type MessageLinks = Partial<Record<LinkAction, string>>;

/** @returns what a rule's message says of a visit */
export function ruleText(
	templates: RuleTemplates,
	language: SiteLanguage,
	visit: VisitFacts,
	links: MessageLinks
): RenderedText {
	const values: Partial<TemplateValues> = {};
	for (const [name, action] of Object.entries(LINK_PLACEHOLDERS)) {
		values[name as keyof typeof LINK_PLACEHOLDERS] = links[action] ?? '';
	}
	return renderTemplate(templates[language], visitValues(visit, language, values));
}

/** @returns what was sealed when the message was queued, and whom it is for */
export async function directText(
	database: Database,
	message: { organizationId: string; id: string; sealedContent: string }
): Promise<{ to: string; text: RenderedText }> {
	const { organizationId, id, sealedContent } = message;
	const purpose = sealFor(organizationId, 'messages.sealed_content', id);
	const content: DirectContent = directContentSchema.parse(
		JSON.parse(await unseal(database, purpose, sealedContent))
	);
	const { to, subject, body, short } = content;
	return { to, text: { subject, body, html: htmlOfText(body), short } };
}
