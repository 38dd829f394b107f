/** What messages about signing in say: a code, and that a contact is no longer good for it. */
import type { ChangeWords } from '#domain/patients/commands/profile.ts';
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

/** By e-mail or by SMS, whichever contact it was. */
export function changeWords({ name }: Site): ChangeWords {
	return (locale) => ({
		subject: m.account_changed_subject({ name }, { locale }),
		body: m.account_changed_body({ name }, { locale }),
		short: m.account_changed_short({ name }, { locale })
	});
}
