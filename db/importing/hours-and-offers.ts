/** Working hours, and which practitioner offers what: sets that an import replaces as a whole. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { HoursRule } from '../../domain/importing/judge-hours.ts';
import { insertRows } from '../bulk-insert.ts';
import { hoursExceptions, practitionerServices, resources, workingHours } from '../schema/index.ts';
import type { Transaction } from '../transaction.ts';

/** @returns the rules of every resource, by its id. */
export async function readHours(
	transaction: Transaction,
	organizationId: string
): Promise<Map<string, HoursRule[]>> {
	const rows = await transaction
		.select()
		.from(workingHours)
		.where(eq(workingHours.organizationId, organizationId));
	return Map.groupBy(
		rows.map(({ id: _, organizationId: __, ...rule }) => rule),
		(rule) => rule.resourceId
	);
}

/** @returns every exception of the organization. */
export async function readExceptions(transaction: Transaction, organizationId: string) {
	return transaction
		.select()
		.from(hoursExceptions)
		.where(eq(hoursExceptions.organizationId, organizationId));
}

/** Puts `rules` in the place of all that a resource has at a clinic; placements are judged by them from now on. */
export async function replaceHours(
	transaction: Transaction,
	organizationId: string,
	resourceId: string,
	clinicId: string,
	rules: readonly HoursRule[]
): Promise<void> {
	await transaction
		.delete(workingHours)
		.where(
			and(
				eq(workingHours.organizationId, organizationId),
				eq(workingHours.resourceId, resourceId),
				eq(workingHours.clinicId, clinicId)
			)
		);
	await transaction
		.insert(workingHours)
		.values(rules.map((rule) => ({ ...rule, organizationId, id: crypto.randomUUID() })));
	await transaction
		.update(resources)
		.set({ hoursRevision: sql`${resources.hoursRevision} + 1` })
		.where(and(eq(resources.organizationId, organizationId), eq(resources.id, resourceId)));
}

/** @returns ids of the services that each practitioner offers. */
export async function readOffers(
	transaction: Transaction,
	organizationId: string
): Promise<Map<string, Set<string>>> {
	const rows = await transaction
		.select()
		.from(practitionerServices)
		.where(eq(practitionerServices.organizationId, organizationId));
	const offers = new Map<string, Set<string>>();
	for (const { practitionerId, serviceId } of rows) {
		offers.set(practitionerId, (offers.get(practitionerId) ?? new Set()).add(serviceId));
	}
	return offers;
}

/** @param offers practitioner id → ids of all services that the practitioner offers from now on */
export async function replaceOffers(
	transaction: Transaction,
	organizationId: string,
	offers: ReadonlyMap<string, ReadonlySet<string>>
): Promise<void> {
	if (offers.size === 0) return;
	await transaction
		.delete(practitionerServices)
		.where(
			and(
				eq(practitionerServices.organizationId, organizationId),
				inArray(practitionerServices.practitionerId, [...offers.keys()])
			)
		);
	await insertRows(
		transaction,
		'practitioner_services',
		[...offers].flatMap(([practitionerId, serviceIds]) =>
			[...serviceIds].map((serviceId) => ({
				organization_id: organizationId,
				practitioner_id: practitionerId,
				service_id: serviceId
			}))
		)
	);
}
