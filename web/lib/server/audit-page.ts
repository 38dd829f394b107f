/** The page on which the audit is searched. Looking through it is written down as well. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import type { AuditDetail } from '#domain/access/audit-entry.ts';
import {
	auditCursorSchema,
	auditFilterSchema,
	type AuditFilter,
	type AuditPage
} from '#domain/access/audit-search.ts';
import { auditAlone } from '#domain/access/commands/audit.ts';
import { auditChoices, chainState, searchAudit } from '#domain/access/queries/search-audit.ts';
import { statusLabels } from '#domain/directory/queries.ts';
import type { Result } from '#domain/scheduling/refusals.ts';
import { database } from './database.ts';
import { organizationFrame } from './organization-frame.ts';

const ROWS_A_PAGE = 50;
/** Where an organization has no clinic yet. */
const NO_CLINICS_ZONE = 'UTC';

const NOTHING: AuditPage = { rows: [], next: null, names: {} };

/** @returns everything that the page shows, for those who may read the audit */
export async function auditPage(actor: Actor, search: URLSearchParams) {
	const frame = await organizationFrame(actor, 'audit');
	const { people, clinics } = allowed(await auditChoices(database(), actor));
	const zone = clinics[0]?.zone ?? NO_CLINICS_ZONE;
	const { after, ...asked } = givenIn(search);
	const filter = auditFilterSchema.safeParse(asked);
	const cursor = after === undefined ? undefined : auditCursorSchema.safeParse(after).data;
	// Once for each opening, before anything is shown; further pages belong to it.
	if (cursor === undefined) {
		await auditAlone(database(), actor, {
			kind: 'audit-read',
			detail: filter.success ? filterDetail(filter.data) : {}
		});
	}
	const page = filter.success
		? allowed(
				await searchAudit(database(), actor, {
					...{ filter: filter.data, zone, after: cursor, limit: ROWS_A_PAGE }
				})
			)
		: NOTHING;
	return {
		...{ frame, people, clinics, zone, page },
		// As it was typed, so that it can be mended.
		asked: asked as Partial<Record<keyof AuditFilter, string>>,
		problem: filter.success ? null : filter.error.issues[0]!.message,
		isFirst: cursor === undefined,
		chain: allowed(await chainState(database(), actor)),
		statusLabels: await statusLabels(database(), actor),
		now: Date.now()
	};
}

/** @returns the fields that are not empty */
export function givenIn(search: URLSearchParams | FormData): Record<string, string> {
	const fields = [...(search as URLSearchParams).entries()];
	return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}

/** @returns what was searched for, as the audit keeps it */
export function filterDetail(filter: AuditFilter): AuditDetail {
	return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** @returns the value, where the actor may have it */
export function allowed<T>(result: Result<T>): T {
	if (!result.ok) error(403, 'The audit is for administrators. Ask yours if you need it.');
	return result.value;
}
