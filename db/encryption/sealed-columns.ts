/**
 * Every column that holds sealed texts, in one place: whoever seals takes the purpose from here, and a rotation finds
 * here what to seal anew. Columns of `events` are missing on purpose: what has happened is never written again, and
 * opens with the data key of its time.
 */
import type { Seal } from './sealing.ts';

export interface SealedColumn {
	table: string;
	column: string;
	/** The column (a UUID) that names the row within its organization, in the purpose too. */
	rowId: string;
}

export const SEALED_COLUMNS = [
	{ table: 'second_factors', column: 'sealed_secret', rowId: 'user_id' },
	{ table: 'identity_providers', column: 'sealed_client_secret', rowId: 'organization_id' },
	{ table: 'documents', column: 'sealed_name', rowId: 'id' },
	{ table: 'appointments', column: 'remark', rowId: 'id' },
	{ table: 'appointments', column: 'override_reason', rowId: 'id' },
	{ table: 'drafts', column: 'sealed_title', rowId: 'id' },
	{ table: 'tasks', column: 'sealed_text', rowId: 'id' },
	{ table: 'waitlist_entries', column: 'sealed_note', rowId: 'id' },
	{ table: 'push_subscriptions', column: 'sealed_subscription', rowId: 'id' },
	{ table: 'messages', column: 'sealed_content', rowId: 'id' },
	{ table: 'outbox', column: 'sealed_content', rowId: 'id' },
	// A Yjs document, and no text.
	{ table: 'kept_documents', column: 'sealed_state', rowId: 'id' }
] as const satisfies readonly SealedColumn[];

/** Sealed for minutes: opens with the key before it as long as it lives, and is not sealed anew. */
export const SHORT_LIVED = ['provider_flows.sealed_verifier'] as const;

type NameOf<C> = C extends { table: infer T extends string; column: infer K extends string }
	? `${T}.${K}`
	: never;
/** `table.column` */
export type SealedColumnName = NameOf<(typeof SEALED_COLUMNS)[number]>;

/** @returns `table.column` of one of `SEALED_COLUMNS` */
export function nameOf({ table, column }: SealedColumn): SealedColumnName {
	return `${table}.${column}` as SealedColumnName;
}

/** @returns what a text in that column of that row is sealed for: `second_factors.sealed_secret/<user id>` */
export function sealFor(organizationId: string, name: SealedColumnName, rowId: string): Seal {
	return { organizationId, purpose: `${name}/${rowId}` };
}
