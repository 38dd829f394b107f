/** A large clinic with a full day: 20 doctors, 20 rooms and 400 visits of people with real-looking names. */
import { sql } from 'drizzle-orm';
import { inventEmail, inventName, inventPhone } from '#db/demo/names.ts';
import { createRandom } from '#db/demo/random.ts';
import type { Database } from '#db/database.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from '../factories/clinic-factory.ts';

export const DOCTORS = 20;
const VISITS_EACH = 20;
/** Opening time of the full day, 08:00 in London in winter. */
export const DATE = '2027-01-04';
export const OPENS = Date.UTC(2027, 0, 4, 8);
/** The factory's service, in minutes. */
export const VISIT_MINUTES = 20;
const NOW = Date.UTC(2027, 0, 1);

export interface BenchClinic extends Clinic {
	/** Ids of the visits, doctor by doctor, in the order of time. */
	visits: string[][];
}

/** Makes the clinic. With `full`, its day holds 400 visits from 08:00 on and the afternoon's last slots are free. */
export async function benchClinic(database: Database, full: boolean): Promise<BenchClinic> {
	const clinic = await clinicFactory(database, {
		...{ practitioners: DOCTORS, rooms: DOCTORS },
		patients: DOCTORS * VISITS_EACH
	});
	const random = createRandom('bench');
	await inOrganization(database, clinic.organizationId, async (transaction) => {
		for (const id of clinic.patientIds) {
			const name = inventName(random);
			await transaction.execute(
				sql`UPDATE patients SET family_name = ${name.familyName}, given_name = ${name.givenName},
					phone = ${inventPhone(random)}, email = ${inventEmail(name, random)} WHERE id = ${id}`
			);
		}
	});
	const visits: string[][] = clinic.practitionerIds.map(() => []);
	if (full) {
		for (let doctor = 0; doctor < DOCTORS; doctor++) {
			for (let place = 0; place < VISITS_EACH; place++) {
				const booking = bookingOf(clinic, {
					...{ practitioner: doctor, room: doctor, patient: doctor * VISITS_EACH + place },
					startsAt: OPENS + place * VISIT_MINUTES * 60_000
				});
				const verdict = await carryOut(database, clinic.receptionist, booking, { now: NOW });
				if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
				visits[doctor]!.push(booking.appointmentId);
			}
		}
	}
	return { ...clinic, visits };
}

/** @returns session tokens of enough receptionists: one person may have 40 windows open */
export async function sessionsFor(
	database: Database,
	clinic: Clinic,
	windows: number
): Promise<{ actor: Actor; token: string }[]> {
	const people = Math.ceil(windows / 30);
	return Promise.all(
		Array.from({ length: people }, async () => {
			const actor = await staffFactory(database, clinic, { role: 'receptionist' });
			return { actor, token: await sessionFactory(database, actor) };
		})
	);
}
