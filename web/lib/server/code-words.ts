/** What a message with a code says. */
import type { CodeWords } from '#domain/patients/commands/sign-in.ts';
import { CODE_MINUTES } from '#domain/patients/sign-in-rules.ts';
import type { Site, SiteLanguage } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';

export function codeWords({ name }: Site, locale: SiteLanguage): CodeWords {
	return (code) => {
		const told = { code, name, minutes: CODE_MINUTES };
		return {
			subject: m.account_code_subject(told, { locale }),
			body: m.account_code_body(told, { locale }),
			short: m.account_code_short(told, { locale })
		};
	};
}
