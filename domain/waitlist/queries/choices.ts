/** What an entry can name: services, doctors who offer them, clinics. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { WaitingChoices } from '../panel.ts';
import { mayRead } from './panel.ts';

/** @param clinicId for whom the actor may know who waits; left out: everywhere. @returns `not-allowed` */
export async function waitingChoices(
	database: Database,
	actor: Actor,
	clinicId?: string
): Promise<Result<WaitingChoices>> {
	if (!mayRead(actor, clinicId)) return refuse('not-allowed');
	return forActor(database, actor, async ({ $client }) => {
		const ask = async <T extends object>(text: string) =>
			(await $client.query<T>(text, [actor.organizationId])).rows;
		return accept({
			services: await ask<WaitingChoices['services'][number]>(
				`SELECT id, name, duration_minutes AS "durationMinutes" FROM services
				WHERE organization_id = $1 ORDER BY name`
			),
			doctors: await ask<WaitingChoices['doctors'][number]>(
				`SELECT d.id, d.name, array_agg(o.service_id) AS "serviceIds" FROM practitioners d
					JOIN practitioner_services o ON o.organization_id = $1 AND o.practitioner_id = d.id
				WHERE d.organization_id = $1 GROUP BY d.id, d.name ORDER BY d.name`
			),
			clinics: await ask<WaitingChoices['clinics'][number]>(
				`SELECT id, name FROM clinics WHERE organization_id = $1 ORDER BY name`
			)
		});
	});
}
