/** An organization's rules of messages, for those who may change some of them. */
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { clinics, messageRules, services } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { ensureRules } from '../commands/default-rules.ts';
import { RULE_KINDS } from '../message.ts';
import type { StoredRule } from '../rule-input.ts';

export interface RuleSetup {
	/** By kind; of one kind the one for everything first. */
	rules: StoredRule[];
	/** For which the actor may make rules, by name; IANA zones. */
	clinics: { id: string; name: string; zone: string }[];
	services: { id: string; name: string }[];
	/** Whether the actor may make rules for every clinic at once. */
	everywhere: boolean;
}

/** @returns the rules that hold at the actor's clinics, everybody's among them, and where more can be made */
export function readRules(database: Database, actor: Actor): Promise<Result<RuleSetup>> {
	const { organizationId } = actor;
	const may = (clinicId: string | null) => mayWriteRule(actor, clinicId);
	return forActor(database, actor, async (transaction) => {
		// One without any begins with Dayboard's own.
		await ensureRules(transaction, organizationId);
		const allClinics = await transaction
			.select({ id: clinics.id, name: clinics.name, zone: clinics.zone })
			.from(clinics)
			.where(eq(clinics.organizationId, organizationId))
			.orderBy(asc(clinics.name));
		const own = allClinics.filter(({ id }) => may(id));
		if (own.length === 0 && !may(null)) return refuse('not-allowed');
		const allServices = await transaction
			.select({ id: services.id, name: services.name })
			.from(services)
			.where(eq(services.organizationId, organizationId))
			.orderBy(asc(services.name));
		const rows = await transaction
			.select({ rule: messageRules, clinicName: clinics.name, serviceName: services.name })
			.from(messageRules)
			.leftJoin(
				clinics,
				and(
					eq(clinics.organizationId, messageRules.organizationId),
					eq(clinics.id, messageRules.clinicId)
				)
			)
			.leftJoin(
				services,
				and(
					eq(services.organizationId, messageRules.organizationId),
					eq(services.id, messageRules.serviceId)
				)
			)
			.where(and(eq(messageRules.organizationId, organizationId), isNull(messageRules.retiredAt)));
		const rules = rows
			.filter(({ rule }) => rule.clinicId === null || may(rule.clinicId))
			.map(
				({
					rule: { organizationId: _, retiredAt: __, ...rule },
					clinicName,
					serviceName
				}): StoredRule => ({
					...{ ...rule, clinicName, serviceName, manageable: may(rule.clinicId) }
				})
			);
		return accept({
			...{ rules: inOrder(rules), clinics: own, services: allServices },
			everywhere: may(null)
		});
	});
}

/** @returns whether the actor may make and change rules for that clinic; `null`: for all of them at once */
export function mayWriteRule(actor: Actor, clinicId: string | null): boolean {
	const { organizationId } = actor;
	return authorize(actor, 'message-rule.write', { organizationId, clinicId, practitionerId: null });
}

function inOrder(rules: StoredRule[]): StoredRule[] {
	const place = ({ kind }: StoredRule) => RULE_KINDS.indexOf(kind);
	const where = ({ clinicName, serviceName }: StoredRule) =>
		`${clinicName ?? ''}\n${serviceName ?? ''}`;
	return rules.toSorted((a, b) => place(a) - place(b) || where(a).localeCompare(where(b), 'en'));
}
