/** What a rule's messages say, in each language. Pure. */
import type { SiteLanguage } from '../site/site.ts';

/** Plain text with named placeholders in double braces. */
export interface Template {
	/** Of an e-mail; also a push notification's title. */
	subject: string;
	/** Of an e-mail. */
	body: string;
	/** Of an SMS, and of a push notification. */
	short: string;
}

export type RuleTemplates = Record<SiteLanguage, Template>;
