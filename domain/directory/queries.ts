/** Clinics, patients, names and the organization's own words. */
import { and, asc, eq, ilike, inArray } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { clinics, organizations, patients, practitioners, rooms } from '../../db/schema/index.ts';
import { forActor } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { audit } from '../access/commands/audit.ts';
import { APPOINTMENT_STATUSES, type AppointmentStatus } from '../scheduling/appointment.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { listName, searchTerms } from './patient-search.ts';
import type { PatientSummary } from './patient-summary.ts';
import { DEFAULT_LABELS } from './status-words.ts';

export interface ClinicSummary {
	id: string;
	name: string;
	/** IANA zone. */
	zone: string;
}

/** @returns the clinics whose boards the actor may read, by name. */
export async function clinicsOf(database: Database, actor: Actor): Promise<ClinicSummary[]> {
	const { organizationId } = actor;
	const rows = await forActor(database, actor, (transaction) =>
		transaction
			.select({ id: clinics.id, name: clinics.name, zone: clinics.zone })
			.from(clinics)
			.where(eq(clinics.organizationId, organizationId))
			.orderBy(asc(clinics.name))
	);
	return rows.filter((clinic) =>
		authorize(actor, 'board.read', {
			organizationId,
			clinicId: clinic.id,
			practitionerId: null
		})
	);
}

/** @returns what the actor's organization is called */
export async function organizationName(database: Database, actor: Actor): Promise<string> {
	const [found] = await forActor(database, actor, (transaction) =>
		transaction
			.select({ name: organizations.name })
			.from(organizations)
			.where(eq(organizations.id, actor.organizationId))
	);
	return found!.name;
}

export const MAX_PATIENTS_FOUND = 50;
/** Fewer letters would list half of the town. */
const MIN_TERM_LENGTH = 2;

/**
 * @param search.text names, birth date or phone as typed; every word of it has to fit
 * @param search.limit 1 to 50
 * @returns the best matches by name; none for a text that is too short
 */
export async function searchPatients(
	database: Database,
	actor: Actor,
	search: { text: string; limit: number }
): Promise<Result<PatientSummary[]>> {
	const { organizationId } = actor;
	const everybody = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'patient.search', everybody)) return refuse('not-allowed');
	const terms = searchTerms(search.text);
	if (!terms.some((term) => term.length >= MIN_TERM_LENGTH)) return accept([]);
	const rows = await forActor(database, actor, async (transaction) => {
		const found = await transaction
			.select()
			.from(patients)
			.where(
				and(
					eq(patients.organizationId, organizationId),
					...terms.map((term) => ilike(patients.searchText, `%${escapeLike(term)}%`))
				)
			)
			.orderBy(asc(patients.familyName), asc(patients.givenName), asc(patients.id))
			.limit(Math.min(search.limit, MAX_PATIENTS_FOUND));
		// Whom it showed, and never the text that was typed: it is a name.
		const patientIds = found.map(({ id }) => id);
		await audit(transaction, actor, {
			kind: 'patients-searched',
			detail: { found: found.length, patientIds }
		});
		return found;
	});
	return accept(
		rows.map((row) => ({
			id: row.id,
			name: listName(row),
			birthDate: row.birthDate,
			phone: row.phone,
			email: row.email,
			newPatient: !row.established
		}))
	);
}

function escapeLike(term: string): string {
	return term.replace(/[\\%_]/g, (wildcard) => `\\${wildcard}`);
}

/** @returns what the actor's organization calls each status. */
export async function statusLabels(
	database: Database,
	actor: Actor
): Promise<Record<AppointmentStatus, { label: string }>> {
	const [organization] = await forActor(database, actor, (transaction) =>
		transaction
			.select({ settings: organizations.settings })
			.from(organizations)
			.where(eq(organizations.id, actor.organizationId))
	);
	return labelsOf(organization?.settings.statusLabels);
}

/** @returns a label for each status: the organization's own, else the product's */
export function labelsOf(
	own: Partial<Record<AppointmentStatus, string>> = {}
): Record<AppointmentStatus, { label: string }> {
	return Object.fromEntries(
		APPOINTMENT_STATUSES.map((status) => [status, { label: own[status] ?? DEFAULT_LABELS[status] }])
	) as Record<AppointmentStatus, { label: string }>;
}

/**
 * @returns names of the actor's organization's practitioners and rooms by id; ids of anything else, patients above
 *   all, have none
 */
export async function resourceNames(
	database: Database,
	actor: Actor,
	resourceIds: readonly string[]
): Promise<ReadonlyMap<string, string>> {
	const { organizationId } = actor;
	const ids = [...new Set(resourceIds)];
	if (ids.length === 0) return new Map();
	const rows = await forActor(database, actor, async (transaction) => {
		const namesIn = (table: typeof practitioners | typeof rooms) =>
			transaction
				.select({ id: table.id, name: table.name })
				.from(table)
				.where(and(eq(table.organizationId, organizationId), inArray(table.id, ids)));
		return [...(await namesIn(practitioners)), ...(await namesIn(rooms))];
	});
	return new Map(rows.map(({ id, name }) => [id, name]));
}
