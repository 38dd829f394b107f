/** A clinic with a public site, open at this very moment wherever on earth that is: what patients do, they do today. */
import type { Actor } from '#domain/access/actor.ts';
import type { LinkAction } from '#domain/messaging/message.ts';
import { makeLinks, type LinksWish } from '#domain/messaging/commands/message-links.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import type { Database } from '#db/database.ts';
import { sites } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Booking,
	type Clinic,
	type ClinicOptions
} from './clinic-factory.ts';

export interface SiteClinic extends Clinic {
	slug: string;
	zone: string;
	/** May do everything there. */
	administrator: Actor;
	/** The present, on the grid of five minutes. */
	now: number;
	/** @returns the id of a new visit, so many minutes from now */
	visitIn(minutes: number, booking?: Partial<Booking>): Promise<string>;
	/** @returns the path of a link about a visit */
	linkTo(
		action: LinkAction,
		appointmentId: string | null,
		wish?: Partial<LinksWish>
	): Promise<string>;
}

/** @returns a zone in which it is about noon now */
function zoneAtNoon(now: number): string {
	const ahead = 12 - new Date(now).getUTCHours();
	// The signs of these names are turned round (POSIX).
	return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

export async function siteFactory(
	database: Database,
	options: ClinicOptions = {}
): Promise<SiteClinic> {
	const now = Math.floor(Date.now() / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
	const zone = zoneAtNoon(now);
	const clinic = await clinicFactory(database, { zone, ...options });
	const { organizationId } = clinic;
	const account = await staffFactory(database, clinic, { role: 'visitor' });
	const administrator = await staffFactory(database, clinic, {
		role: 'organization-administrator'
	});
	const slug = `site-${organizationId.slice(0, 8)}`;
	await inOrganization(database, organizationId, (transaction) =>
		transaction
			.insert(sites)
			.values({ organizationId, accountId: account.userId, slug, published: true, hue: 150 })
	);
	const patientOf = async (appointmentId: string | null) => {
		if (appointmentId === null) return clinic.patientIds[0]!;
		const { rows } = await inOrganization(database, organizationId, ({ $client }) =>
			$client.query<{ patient_id: string }>('SELECT patient_id FROM appointments WHERE id = $1', [
				appointmentId
			])
		);
		return rows[0]!.patient_id;
	};
	return {
		...{ ...clinic, slug, zone, administrator, now },
		async visitIn(minutes, booking = {}) {
			const intent = bookingOf(clinic, { startsAt: now + minutes * MINUTE_MS, ...booking });
			const verdict = await carryOut(database, clinic.receptionist, intent);
			if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
			return intent.appointmentId;
		},
		async linkTo(action, appointmentId, wish = {}) {
			const patientId = await patientOf(appointmentId);
			const paths = await inOrganization(database, organizationId, (transaction) =>
				makeLinks(transaction, database.keyring, {
					...{ organizationId, actions: [action], patientId, appointmentId },
					expiresAt: new Date(Date.now() + 3_600_000),
					...wish
				})
			);
			return paths[action]!;
		}
	};
}
