/** What a doctor's patients come for most. */
import type { Database } from '../../../db/database.ts';
import { inOrganization } from '../../../db/transaction.ts';
import type { Site } from '../site.ts';

/** Of so many days before now: found by the doctor's claims, which are indexed. */
const DAYS = 30;

/** @returns ids of the services of a doctor's visits of the last weeks, the most frequent first; may be none */
export function usualServices(
	database: Database,
	{ organizationId }: Pick<Site, 'organizationId'>,
	practitionerId: string
): Promise<string[]> {
	return inOrganization(database, organizationId, async ({ $client }) => {
		const { rows } = await $client.query<{ id: string }>(
			`SELECT a.service_id AS id FROM claims c
				JOIN appointments a ON a.organization_id = c.organization_id AND a.id = c.appointment_id
				WHERE c.organization_id = $1 AND c.resource_id = $2
					AND c.busy && tstzrange(now() - make_interval(days => ${DAYS}), now())
				GROUP BY a.service_id ORDER BY count(*) DESC, a.service_id`,
			[organizationId, practitionerId]
		);
		return rows.map(({ id }) => id);
	});
}
