/** The projector's read after every change: one statement, as fast as a round trip (migrations 0005 and 0010). */
import type {
	AppointmentSource,
	AppointmentStatus,
	BlockKind,
	Confirmer
} from '../domain/scheduling/appointment.ts';
import type { Database } from './database.ts';
import { poolOf } from './pool.ts';

/** Instants are epoch milliseconds. */
export interface ChangedVisit {
	id: string;
	clinicId: string;
	practitionerId: string;
	roomId: string;
	serviceId: string;
	startsAt: number;
	endsAt: number;
	status: AppointmentStatus;
	newPatient: boolean;
	source: AppointmentSource;
	revision: number;
	supportIds: string[];
	overrideReason: string | null;
	seriesId: string | null;
	walkIn: boolean;
	place: number | null;
	arrivedAt: number | null;
	wentInAt: number | null;
	doneAt: number | null;
	confirmedAt: number | null;
	confirmedBy: Confirmer | null;
	remark: string;
	patient: {
		id: string;
		familyName: string;
		givenName: string;
		/** `YYYY-MM-DD` */
		birthDate: string | null;
		phone: string | null;
		email: string | null;
	};
}

/** Instants are epoch milliseconds. */
export interface ChangedBlock {
	id: string;
	clinicId: string;
	resourceId: string;
	startsAt: number;
	endsAt: number;
	kind: BlockKind;
	revision: number;
}

/** @returns the present state of those that are there; a removed block is not */
export async function selectChangedRows(
	database: Database,
	organizationId: string,
	ids: { appointmentIds: string[]; blockIds: string[] }
): Promise<{ visits: ChangedVisit[]; blocks: ChangedBlock[] }> {
	const { rows } = await poolOf(database).query<{
		changed: { visits: ChangedVisit[]; blocks: ChangedBlock[] };
	}>({
		name: 'read_changed_rows',
		text: 'SELECT read_changed_rows($1, $2, $3) AS changed',
		values: [organizationId, ids.appointmentIds, ids.blockIds]
	});
	return rows[0]!.changed;
}
