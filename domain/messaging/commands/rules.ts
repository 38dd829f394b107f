/**
 * Making, changing and removing an organization's rules of messages. What waits to be sent follows: the table's own
 * triggers have it planned anew (migration 0026).
 */
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { clinics, messageRules, messages, services } from '../../../db/schema/index.ts';
import { SQL_STATE, sqlStateOf } from '../../../db/sql-state.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { mayWriteRule } from '../queries/rules.ts';
import type { RuleInput, RuleRemoval, RuleSwitch } from '../rule-input.ts';

type Rule = typeof messageRules.$inferSelect;

/**
 * Makes a rule, or changes one; what it is about and where it holds stay as they were. Messages that wait follow.
 * @returns its id and revision; `stale-revision` when somebody changed it meanwhile, `invalid` at `clinicId` where
 *   there is one of this kind for the same clinic and service
 */
export async function saveRule(
	database: Database,
	actor: Actor,
	{ id: known, revision, ...input }: RuleInput
): Promise<Result<{ id: string; revision: number }>> {
	const { organizationId } = actor;
	try {
		return await forActor(database, actor, async (transaction) => {
			if (known !== undefined) {
				const before = await ruleFor(transaction, actor, known, revision);
				if (!before.ok) return before;
				const { kind: _, clinicId: __, serviceId: ___, ...changes } = input;
				return changed(transaction, actor, before.value, changes);
			}
			if (!mayWriteRule(actor, input.clinicId)) return refuse('not-allowed');
			const missing = await missingPlace(transaction, organizationId, input);
			if (missing) return refuse('not-found', { field: missing });
			const id = crypto.randomUUID();
			await transaction.insert(messageRules).values({ organizationId, id, ...input });
			await audit(transaction, actor, {
				...{ kind: 'message-rule-saved', clinicId: input.clinicId },
				...{ subject: { kind: 'message-rule', id }, detail: { isNew: true, about: input.kind } }
			});
			return accept({ id, revision: 1 });
		});
	} catch (fault) {
		if (sqlStateOf(fault) === SQL_STATE.uniqueViolation) {
			return refuse('invalid', { field: 'clinicId' });
		}
		throw fault;
	}
}

/** Turns a rule on or off. */
export function switchRule(
	database: Database,
	actor: Actor,
	{ id, revision, enabled }: RuleSwitch
): Promise<Result<{ id: string; revision: number }>> {
	return forActor(database, actor, async (transaction) => {
		const before = await ruleFor(transaction, actor, id, revision);
		return before.ok ? changed(transaction, actor, before.value, { enabled }) : before;
	});
}

/**
 * Retires a rule for a clinic or a service: messages that wait go by the one for everything then, or are not sent. The
 * rule itself stays for what was sent by it, and is not shown among those that hold.
 * @returns `invalid` for the one for everything: it can only be turned off
 */
export function removeRule(
	database: Database,
	actor: Actor,
	{ id, revision }: RuleRemoval
): Promise<Result<null>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const before = await ruleFor(transaction, actor, id, revision);
		if (!before.ok) return before;
		const { kind, clinicId, serviceId } = before.value;
		if (clinicId === null && serviceId === null) return refuse('invalid', { field: 'id' });
		await handOver(transaction, before.value);
		await transaction
			.update(messageRules)
			.set({ enabled: false, retiredAt: new Date(), revision: revision + 1 })
			.where(and(eq(messageRules.organizationId, organizationId), eq(messageRules.id, id)));
		await audit(transaction, actor, {
			...{ kind: 'message-rule-removed', clinicId, detail: { about: kind } },
			subject: { kind: 'message-rule', id }
		});
		return accept(null);
	});
}

/** What waits, or is tried again, goes by the one for everything; what was settled stays as it was told. */
async function handOver(transaction: Transaction, rule: Rule): Promise<void> {
	const ofRule = and(
		eq(messages.organizationId, rule.organizationId),
		eq(messages.ruleId, rule.id)
	);
	const heir = await ruleForAll(transaction, rule);
	if (heir === null) {
		await transaction
			.update(messages)
			.set({ state: 'suppressed', suppression: 'rule-off', settledAt: new Date() })
			.where(and(ofRule, eq(messages.state, 'queued')));
	} else {
		await transaction
			.update(messages)
			.set({ ruleId: heir })
			.where(and(ofRule, inArray(messages.state, ['queued', 'sending'])));
	}
}

async function changed(
	transaction: Transaction,
	actor: Actor,
	before: Rule,
	changes: Partial<Rule>
): Promise<Result<{ id: string; revision: number }>> {
	const { organizationId } = actor;
	const { id, kind, clinicId } = before;
	const fields = Object.entries(changes)
		.filter(([field, value]) => said(value) !== said(before[field as keyof Rule]))
		.map(([field]) => field);
	if (fields.length === 0) return accept({ id, revision: before.revision });
	const revision = before.revision + 1;
	await transaction
		.update(messageRules)
		.set({ ...changes, revision })
		.where(and(eq(messageRules.organizationId, organizationId), eq(messageRules.id, id)));
	await audit(transaction, actor, {
		...{ kind: 'message-rule-saved', subject: { kind: 'message-rule', id }, clinicId },
		detail: { isNew: false, about: kind, fields }
	});
	return accept({ id, revision });
}

/** @returns the rule, locked, for whoever may change it, as it was read */
async function ruleFor(
	transaction: Transaction,
	actor: Actor,
	id: string,
	revision: number
): Promise<Result<Rule>> {
	const { organizationId } = actor;
	const [rule] = await transaction
		.select()
		.from(messageRules)
		.where(
			and(
				...[eq(messageRules.organizationId, organizationId), eq(messageRules.id, id)],
				isNull(messageRules.retiredAt)
			)
		)
		.for('update');
	if (!rule) return refuse('not-found', { field: 'id' });
	if (!mayWriteRule(actor, rule.clinicId)) return refuse('not-allowed');
	return rule.revision === revision ? accept(rule) : refuse('stale-revision');
}

/** @returns the field that names something that is not the organization's */
async function missingPlace(
	transaction: Transaction,
	organizationId: string,
	{ clinicId, serviceId }: Pick<RuleInput, 'clinicId' | 'serviceId'>
): Promise<string | null> {
	for (const [field, id, table] of [
		['clinicId', clinicId, clinics],
		['serviceId', serviceId, services]
	] as const) {
		if (id === null) continue;
		const [found] = await transaction
			.select({ id: table.id })
			.from(table)
			.where(and(eq(table.organizationId, organizationId), eq(table.id, id)));
		if (!found) return field;
	}
	return null;
}

/** @returns the id of the rule of the same kind for everything, or `null` */
async function ruleForAll(
	transaction: Transaction,
	{ organizationId, kind }: Rule
): Promise<string | null> {
	const [rule] = await transaction
		.select({ id: messageRules.id })
		.from(messageRules)
		.where(
			and(
				...[eq(messageRules.organizationId, organizationId), eq(messageRules.kind, kind)],
				...[isNull(messageRules.clinicId), isNull(messageRules.serviceId)],
				isNull(messageRules.retiredAt)
			)
		);
	return rule?.id ?? null;
}

/** Comparable: templates come back from the database with their keys in another order. */
function said(value: unknown): string {
	return JSON.stringify(value, (_, part: unknown) =>
		part !== null && typeof part === 'object' && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort())
			: part
	);
}
