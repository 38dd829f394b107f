/** In which browsers a patient is told. */
import { and, desc, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { pushSubscriptions } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';

export interface PushDevice {
	/** SHA-256 of the browser's address at its push service, hex: by it a browser recognizes itself. */
	endpointHash: string;
	/** Browser and system in words; may be empty. */
	name: string;
	/** Epoch milliseconds. */
	since: number;
}

/** @returns the newest first; none to whoever may not say how the patient is reached */
export async function pushDevices(
	database: Database,
	actor: Actor,
	patientId: string
): Promise<PushDevice[]> {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId: null, practitionerId: null, patientId };
	if (!authorize(actor, 'patient.write', subject)) return [];
	const rows = await forActor(database, actor, (transaction) =>
		transaction
			.select()
			.from(pushSubscriptions)
			.where(
				and(
					eq(pushSubscriptions.organizationId, organizationId),
					eq(pushSubscriptions.patientId, patientId)
				)
			)
			.orderBy(desc(pushSubscriptions.madeAt))
	);
	return rows.map(({ endpointHash, device, madeAt }) => ({
		...{ endpointHash, name: device, since: madeAt.getTime() }
	}));
}
