/** Everything that a clinic's hours are said about, for the screens that change them. */
import { and, asc, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import {
	clinics,
	equipment,
	practitioners,
	rooms,
	staffMembers
} from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { LAST_YEAR } from '../local-day.ts';
import type { ClinicSetup, SetupResource } from '../clinic-setup.ts';
import { selectHours } from './hours.ts';

/** @param today the first local date of interest, `YYYY-MM-DD` */
export async function readClinicSetup(
	database: Database,
	actor: Actor,
	clinicId: string,
	today: string
): Promise<Result<ClinicSetup>> {
	const { organizationId } = actor;
	if (!authorize(actor, 'hours.read', { organizationId, clinicId, practitionerId: null })) {
		return refuse('not-found', { field: 'clinicId' });
	}
	return forActor(database, actor, async (transaction) => {
		const [clinic] = await transaction
			.select({ id: clinics.id, name: clinics.name, zone: clinics.zone })
			.from(clinics)
			.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)));
		if (!clinic) return refuse('not-found', { field: 'clinicId' });
		const doctors = await transaction
			.select()
			.from(practitioners)
			.where(eq(practitioners.organizationId, organizationId))
			.orderBy(asc(practitioners.name));
		const atClinic = (table: typeof rooms | typeof equipment) =>
			transaction
				.select({ id: table.id, name: table.name, kind: table.kind })
				.from(table)
				.where(
					and(
						eq(table.organizationId, organizationId),
						eq(table.clinicId, clinicId),
						eq(table.removed, false)
					)
				)
				.orderBy(asc(table.name));
		const staff = await transaction
			.select()
			.from(staffMembers)
			.where(and(eq(staffMembers.organizationId, organizationId), eq(staffMembers.removed, false)))
			.orderBy(asc(staffMembers.name));
		const resource =
			(kind: SetupResource['kind']) =>
			(row: { id: string; name: string; kind: string }): SetupResource => ({
				...{ id: row.id, kind, name: row.name, detail: row.kind }
			});
		const hours = await selectHours(transaction, {
			...{ organizationId, clinicId, from: today, until: `${LAST_YEAR}-12-31` }
		});
		return accept({
			clinic,
			resources: [
				{ id: clinicId, kind: 'clinic', name: 'Opening hours', detail: '' },
				...doctors.map(({ id, name, specialty }) => ({
					...{ id, kind: 'practitioner' as const, name, detail: specialty }
				})),
				...(await atClinic(rooms)).map(resource('room')),
				...(await atClinic(equipment)).map(resource('equipment')),
				...staff.map(resource('staff'))
			],
			hours
		});
	});
}
