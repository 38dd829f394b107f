/** The organization's services as they are set up. */
import { asc, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { practitionerServices, practitioners, services } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { ServiceSetup } from '../service-input.ts';

/** @returns every service with those who offer it, by name */
export async function readServices(
	database: Database,
	actor: Actor
): Promise<Result<ServiceSetup>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'service.read', everywhere)) return refuse('not-allowed');
	return forActor(database, actor, async (transaction) => {
		const rows = await transaction
			.select()
			.from(services)
			.where(eq(services.organizationId, organizationId))
			.orderBy(asc(services.name));
		const offers = await transaction
			.select()
			.from(practitionerServices)
			.where(eq(practitionerServices.organizationId, organizationId));
		const doctors = await transaction
			.select()
			.from(practitioners)
			.where(eq(practitioners.organizationId, organizationId))
			.orderBy(asc(practitioners.name));
		const offersOf = Map.groupBy(offers, ({ serviceId }) => serviceId);
		return accept({
			services: rows.map(({ organizationId: _, importKey: __, ...service }) => ({
				...service,
				offeredBy: (offersOf.get(service.id) ?? []).map(({ practitionerId, durationMinutes }) => ({
					practitionerId,
					durationMinutes
				}))
			})),
			practitioners: doctors.map(({ id, name, specialty }) => ({ id, name, specialty }))
		});
	});
}
