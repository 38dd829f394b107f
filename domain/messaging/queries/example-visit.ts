/** A visit to show a template with: a real one to come, without whose it is. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { EXAMPLE_NAME } from '../made-up-visit.ts';
import type { VisitFacts } from '../visit-words.ts';
import { mayWriteRule } from './rules.ts';

export interface ExampleWish {
	/** `null`: of any. */
	clinicId: string | null;
	serviceId: string | null;
	/** Epoch milliseconds. */
	now: number;
}

/** @returns the next visit that is booked there, its patient under a made-up name; `null`: there is none */
export async function exampleVisit(
	database: Database,
	actor: Actor,
	{ clinicId, serviceId, now }: ExampleWish
): Promise<Result<VisitFacts | null>> {
	const { organizationId, roles } = actor;
	const own = roles.flatMap((role) => (role.clinicId === null ? [] : [role.clinicId]));
	const allowed = mayWriteRule(actor, null) ? null : own.filter((id) => mayWriteRule(actor, id));
	if (allowed?.length === 0) return refuse('not-allowed');
	const { rows } = await forActor(database, actor, ({ $client }) =>
		$client.query<{ facts: VisitFacts }>(
			`SELECT json_build_object('startsAt', epoch_ms(a.starts_at), 'zone', c.zone,
					'patient', json_build_object('givenName', $5::text),
					'clinic', json_build_object('name', c.name, 'address', c.address, 'phone', c.phone),
					'doctor', json_build_object('name', d.name),
					'service', json_build_object('name', s.name, 'preparation', s.preparation, 'translations', s.translations),
					'organization', json_build_object('name', o.name)) AS facts
				FROM clinics c JOIN organizations o ON o.id = c.organization_id
					CROSS JOIN LATERAL (SELECT * FROM appointments v
						WHERE v.organization_id = c.organization_id AND v.clinic_id = c.id AND v.starts_at > $2
							AND v.status = 'booked' AND ($4::uuid IS NULL OR v.service_id = $4)
						ORDER BY v.starts_at LIMIT 1) a
					JOIN practitioners d ON d.organization_id = a.organization_id AND d.id = a.practitioner_id
					JOIN services s ON s.organization_id = a.organization_id AND s.id = a.service_id
				WHERE c.organization_id = $1 AND ($3::uuid IS NULL OR c.id = $3)
					AND ($6::uuid[] IS NULL OR c.id = ANY ($6))
				ORDER BY a.starts_at LIMIT 1`,
			[organizationId, new Date(now), clinicId, serviceId, EXAMPLE_NAME, allowed]
		)
	);
	return accept(rows[0]?.facts ?? null);
}
