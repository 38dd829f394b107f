/** What the audit's entries are about, as people look for them. */
import type { AuditGroup } from '#domain/access/audit-search.ts';

export const GROUP_WORDS: Record<AuditGroup, string> = {
	looks: 'Looks at records',
	refused: 'Refused attempts',
	schedule: 'Visits and blocks',
	'sign-in': 'Signing in',
	administration: 'Administration'
};
