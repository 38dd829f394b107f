/** Searching the audit: both tables as one list, newest first. */
import { asc, eq } from 'drizzle-orm';
import { microseconds, type ChainSource } from '../../../db/audit-chain.ts';
import type { Database } from '../../../db/database.ts';
import { clinics, users } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import { dayInterval } from '../../availability/local-day.ts';
import { namesIn } from '../../directory/queries/names.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor } from '../actor.ts';
import {
	AUDIT_GROUPS,
	EVENTS_OF_GROUP,
	type AuditCursor,
	type AuditFilter,
	type AuditPage,
	type AuditRow,
	type ChainState
} from '../audit-search.ts';
import { authorize } from '../authorize.ts';

export interface AuditSearch {
	filter: AuditFilter;
	/** IANA zone in which the filter's days are meant. */
	zone: string;
	/** After which row the page begins; left out: at the newest. */
	after?: AuditCursor | undefined;
	/** Rows of the page. */
	limit: number;
}

/** @returns a page of what the actor may read of the audit, newest first */
export async function searchAudit(
	database: Database,
	actor: Actor,
	search: AuditSearch
): Promise<Result<AuditPage>> {
	const clinicIds = readableClinics(actor);
	if (clinicIds !== 'all' && clinicIds.length === 0) return refuse('not-allowed');
	return forActor(database, actor, async (transaction) => {
		const { text, values } = await statement(transaction, actor, search, clinicIds);
		const { rows } = await transaction.$client.query<AuditRow>(text, values);
		const page = rows.slice(0, search.limit).map((row) => withoutTexts(row, actor));
		return accept({
			rows: page,
			next: rows.length > search.limit ? page.at(-1)!.cursor : null,
			names: await namesIn(transaction, actor.organizationId, page)
		});
	});
}

/** @returns how far the organization's audit is sealed, for those who may read it */
export async function chainState(database: Database, actor: Actor): Promise<Result<ChainState>> {
	const clinicIds = readableClinics(actor);
	if (clinicIds !== 'all' && clinicIds.length === 0) return refuse('not-allowed');
	const { rows } = await forActor(database, actor, ({ $client }) =>
		$client.query<ChainState>(
			`SELECT position::int, epoch_ms(sealed_at)::float8 AS "sealedAt" FROM audit_chain
				WHERE organization_id = $1 ORDER BY position DESC LIMIT 1`,
			[actor.organizationId]
		)
	);
	return accept(rows[0] ?? { position: 0, sealedAt: null });
}

export interface AuditChoices {
	/** Everybody who has or had an account. */
	people: { id: string; name: string }[];
	/** By name. */
	clinics: { id: string; name: string; zone: string }[];
}

/** @returns whom and which clinics the audit can be searched for, by name */
export async function auditChoices(
	database: Database,
	actor: Actor
): Promise<Result<AuditChoices>> {
	const clinicIds = readableClinics(actor);
	if (clinicIds !== 'all' && clinicIds.length === 0) return refuse('not-allowed');
	return forActor(database, actor, async (transaction) => {
		const people = await transaction
			.select({ id: users.id, name: users.name })
			.from(users)
			.where(eq(users.organizationId, actor.organizationId))
			.orderBy(asc(users.name));
		const all = await transaction
			.select({ id: clinics.id, name: clinics.name, zone: clinics.zone })
			.from(clinics)
			.where(eq(clinics.organizationId, actor.organizationId))
			.orderBy(asc(clinics.name));
		const readable = all.filter(({ id }) => clinicIds === 'all' || clinicIds.includes(id));
		return accept({ people, clinics: readable });
	});
}

/** @returns of which clinics the actor may read the audit; `'all'` with what belongs to no clinic */
function readableClinics({ organizationId, roles, ...actor }: Actor): 'all' | string[] {
	const may = (clinicId: string | null) =>
		authorize({ ...actor, organizationId, roles }, 'audit.read', {
			...{ organizationId, clinicId, practitionerId: null }
		});
	if (may(null)) return 'all';
	return roles.flatMap(({ clinicId }) => (clinicId !== null && may(clinicId) ? [clinicId] : []));
}

/** Who keeps the audit has no business with what was written about patients. */
function withoutTexts(row: AuditRow, actor: Actor): AuditRow {
	const { organizationId } = actor;
	const mayReadPeople = authorize(actor, 'people.read', {
		...{ organizationId, clinicId: row.clinicId, practitionerId: null }
	});
	const hide = (fields: AuditRow['before']) =>
		fields &&
		Object.fromEntries(
			Object.entries(fields).map(([field, value]) => {
				const isHidden = field === 'remark' || (field === 'overrideReason' && !mayReadPeople);
				return [field, isHidden && value !== null ? true : value];
			})
		);
	return { ...row, before: hide(row.before), after: hide(row.after) };
}

async function statement(
	transaction: Transaction,
	{ organizationId }: Actor,
	{ filter, zone, after, limit }: AuditSearch,
	clinicIds: 'all' | string[]
): Promise<{ text: string; values: unknown[] }> {
	const values: unknown[] = [organizationId, limit + 1];
	const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
	const both = ['r.organization_id = $1'];
	if (clinicIds !== 'all') both.push(`r.clinic_id = ANY(${given(clinicIds, 'uuid[]')})`);
	if (filter.from)
		both.push(`r.at >= ${given(new Date(dayInterval(filter.from, zone).start), 'timestamptz')}`);
	if (filter.until)
		both.push(`r.at < ${given(new Date(dayInterval(filter.until, zone).end), 'timestamptz')}`);
	if (filter.who) both.push(`r.actor_user_id = ${given(filter.who, 'uuid')}`);
	if (filter.clinic) both.push(`r.clinic_id = ${given(filter.clinic, 'uuid')}`);
	const conditions: Record<ChainSource, string[]> = { events: [...both], audit_entries: [...both] };
	if (filter.group) {
		const kinds = given(AUDIT_GROUPS[filter.group], 'text[]');
		conditions.audit_entries.push(`r.kind = ANY(${kinds})`);
		const events = EVENTS_OF_GROUP[filter.group];
		const isSetup =
			events === undefined ? 'false' : `(r.subject_kind = 'setup') = ${events === 'setup'}`;
		conditions.events.push(isSetup);
	}
	if (filter.subject) {
		const subject = given(filter.subject, 'text');
		const isPatient = await patientExists(transaction, organizationId, filter.subject);
		conditions.events.push(
			isPatient
				? `(r.after ->> 'patientId' = ${subject} OR r.before ->> 'patientId' = ${subject})`
				: `r.subject_id = ${subject}::uuid`
		);
		conditions.audit_entries.push(
			isPatient
				? `(r.subject_id = ${subject} OR r.detail ->> 'patientId' = ${subject} OR r.detail -> 'patientIds' ? ${subject})`
				: `r.subject_id = ${subject}`
		);
	}
	if (after) {
		const at = `('epoch'::timestamptz + ${given(after.at, 'bigint')} * interval '1 microsecond')`;
		const id = given(after.id, 'bigint');
		// Of one moment first the events, then the entries.
		conditions.events.push(
			after.source === 'events' ? `(r.at, r.id) < (${at}, ${id})` : `r.at < ${at}`
		);
		conditions.audit_entries.push(
			after.source === 'events' ? `r.at <= ${at}` : `(r.at, r.id) < (${at}, ${id})`
		);
	}
	const part = (
		source: ChainSource,
		columns: string
	) => `(SELECT '${source}' AS source, r.id, r.at, r.actor_user_id,
		r.address, r.request_id, r.kind, r.subject_kind, r.subject_id::text, r.clinic_id, ${columns}
		FROM ${source} r WHERE ${conditions[source].join(' AND ')} ORDER BY r.at DESC, r.id DESC LIMIT $2)`;
	return {
		text: `WITH found AS (
				${part('events', 'r.before, r.after, NULL::jsonb AS detail')} UNION ALL
				${part('audit_entries', 'NULL, NULL, r.detail')}
				ORDER BY at DESC, source DESC, id DESC LIMIT $2)
			SELECT f.source, f.id::float8 AS id, ${microseconds('f.at')} || '-' || f.source || '-' || f.id AS cursor,
				epoch_ms(f.at)::float8 AS at, f.actor_user_id AS "actorUserId", f.address, f.request_id AS "requestId",
				f.kind, f.subject_kind AS "subjectKind", f.subject_id AS "subjectId", f.clinic_id AS "clinicId",
				f.before, f.after, f.detail, c.position::float8 AS position
			FROM found f LEFT JOIN audit_chain c ON c.organization_id = $1 AND c.source = f.source AND c.row_id = f.id
			ORDER BY f.at DESC, f.source DESC, f.id DESC`,
		values
	};
}

async function patientExists(
	{ $client }: Transaction,
	organizationId: string,
	id: string
): Promise<boolean> {
	const { rowCount } = await $client.query(
		'SELECT FROM patients WHERE organization_id = $1 AND id = $2',
		[organizationId, id]
	);
	return rowCount === 1;
}
