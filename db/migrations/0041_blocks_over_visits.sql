-- A doctor's time taken over visits that stay booked, and the tasks that follow from it; the rule 'delay'.

ALTER TABLE blocks ADD COLUMN over_visits boolean DEFAULT false NOT NULL;
--> statement-breakpoint
CREATE INDEX blocks_over ON blocks (organization_id, resource_id, starts_at) WHERE over_visits;
--> statement-breakpoint

-- Only a visit that is marked as an override, or a block that is marked as lying over visits, may claim what others have.
CREATE OR REPLACE FUNCTION refuse_unmarked_override() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM appointments a WHERE a.organization_id = NEW.organization_id
			AND a.id = NEW.appointment_id AND a.override_reason IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.organization_id = NEW.organization_id
			AND b.id = NEW.block_id AND b.over_visits) THEN
		RAISE check_violation USING MESSAGE = 'a claim may only overlap others for an override';
	END IF;
	RETURN NEW;
END $$;
--> statement-breakpoint

-- Visits in time that was taken over them are looked at by reception: in the transaction that takes it.
CREATE FUNCTION review_visits_in_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO tasks (organization_id, id, kind, clinic_id, patient_id, appointment_id)
		SELECT a.organization_id, gen_random_uuid(), 'visit-in-block', a.clinic_id, a.patient_id, a.id
		FROM appointments a
		WHERE a.organization_id = NEW.organization_id AND a.id IN (SELECT c.appointment_id FROM claims c
				WHERE c.organization_id = NEW.organization_id AND c.resource_id = NEW.resource_id
					AND c.starts_at < upper(NEW.busy) AND c.starts_at > lower(NEW.busy) - interval '14 hours'
					AND c.ends_at > lower(NEW.busy))
			AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.organization_id = NEW.organization_id
				AND t.kind = 'visit-in-block' AND t.appointment_id = a.id AND t.done_at IS NULL);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER claims_over_visits AFTER INSERT ON claims FOR EACH ROW
	WHEN (NOT NEW.exclusive AND NEW.block_id IS NOT NULL) EXECUTE FUNCTION review_visits_in_block();
--> statement-breakpoint

-- As in migration 0008, with the blocks over visits: how often a doctor's day was taken over, some left out.
CREATE OR REPLACE FUNCTION count_overrides(
	p_organization uuid, p_practitioner uuid, p_from timestamptz, p_until timestamptz, p_except uuid[]
) RETURNS integer LANGUAGE sql STABLE AS $$
	SELECT ((SELECT count(*) FROM claims c
			JOIN appointments a ON a.organization_id = c.organization_id AND a.id = c.appointment_id
			WHERE c.organization_id = p_organization AND c.resource_id = p_practitioner
				AND c.starts_at >= p_from - interval '1 hour' AND c.starts_at < p_until
				AND a.starts_at >= p_from AND a.starts_at < p_until
				AND a.override_reason IS NOT NULL AND a.id <> ALL (p_except))
		+ (SELECT count(*) FROM blocks b
			WHERE b.organization_id = p_organization AND b.resource_id = p_practitioner
				AND b.over_visits AND NOT b.removed
				AND b.starts_at >= p_from AND b.starts_at < p_until AND b.id <> ALL (p_except)))::integer $$;
--> statement-breakpoint

-- As in migration 0008, with what a block lies over.
CREATE OR REPLACE FUNCTION read_block_situation(
	p_organization uuid, p_block uuid, p_clinic uuid, p_resource uuid, p_starts_at timestamptz, p_minutes integer
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	block blocks%ROWTYPE;
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	IF p_block IS NOT NULL THEN
		SELECT * INTO block FROM blocks WHERE organization_id = p_organization AND id = p_block;
	END IF;
	p_clinic := coalesce(p_clinic, block.clinic_id);
	p_resource := coalesce(p_resource, block.resource_id);
	RETURN jsonb_build_object(
		'block', CASE WHEN block.id IS NULL THEN NULL ELSE jsonb_build_object('id', block.id,
			'clinicId', block.clinic_id, 'resourceId', block.resource_id, 'startsAt', epoch_ms(block.starts_at),
			'endsAt', epoch_ms(block.ends_at), 'kind', block.kind, 'revision', block.revision,
			'removed', block.removed, 'overVisits', block.over_visits) END,
		'clinic', (SELECT jsonb_build_object('id', c.id, 'zone', c.zone) FROM clinics c
			WHERE c.organization_id = p_organization AND c.id = p_clinic),
		'resource', (SELECT jsonb_build_object('id', r.id, 'kind', r.kind) FROM resources r
			LEFT JOIN rooms m ON m.organization_id = r.organization_id AND m.id = r.id
			LEFT JOIN equipment e ON e.organization_id = r.organization_id AND e.id = r.id
			WHERE r.organization_id = p_organization AND r.id = p_resource
				AND (r.kind IN ('practitioner', 'staff') OR r.kind = 'room' AND m.clinic_id = p_clinic
					OR r.kind = 'equipment' AND e.clinic_id = p_clinic)),
		'claims', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', c.resource_id,
				'start', epoch_ms(c.starts_at), 'end', epoch_ms(c.ends_at),
				'appointmentId', c.appointment_id, 'blockId', c.block_id, 'holdId', c.hold_id,
				'expiresAt', epoch_ms(c.expires_at), 'holdOwner', h.owner) ORDER BY c.starts_at)
			FROM claims c LEFT JOIN holds h ON h.organization_id = c.organization_id AND h.id = c.hold_id
			WHERE c.organization_id = p_organization AND c.resource_id = p_resource
				AND c.starts_at < p_starts_at + make_interval(mins => p_minutes)
				AND c.starts_at > p_starts_at - interval '14 hours' AND c.ends_at > p_starts_at
				AND (p_block IS NULL OR c.block_id IS DISTINCT FROM p_block)), '[]'::jsonb)
	);
END $$;
--> statement-breakpoint

-- The rule 'delay' for organizations that have rules already; others get it with all the others
-- (domain/messaging/default-rules.ts, whose words these are).
ALTER TABLE message_rules NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
INSERT INTO message_rules (organization_id, id, kind, channels, templates)
	SELECT organization_id, gen_random_uuid(), 'delay', ARRAY['push', 'sms', 'email'],
		$templates${
	"en": {
		"subject": "A little later today: {{visit.time}}",
		"body": "Hello {{patient.givenName}},\n\n{{doctor.name}} is running late. Your visit now begins at about {{visit.time}}:\n\n{{visit.day}} at {{visit.time}}\n{{service.name}}, {{doctor.name}}\n{{clinic.name}}\n{{clinic.address}}\n\nWe are sorry that you have to wait.\n\nQuestions? Call us: {{clinic.phone}}\n\n{{organization.name}}",
		"short": "{{clinic.name}}: {{doctor.name}} is running late. Your visit now begins at about {{visit.time}}. Sorry for the wait. Questions: {{clinic.phone}}"
	},
	"pl": {
		"subject": "Dzisiaj trochę później: {{visit.time}}",
		"body": "Dzień dobry {{patient.givenName}},\n\nWizyty się opóźniają ({{doctor.name}}). Twoja wizyta zacznie się około {{visit.time}}:\n\n{{visit.day}}, godz. {{visit.time}}\n{{service.name}}, {{doctor.name}}\n{{clinic.name}}\n{{clinic.address}}\n\nPrzepraszamy, że trzeba poczekać.\n\nPytania? Zadzwoń do nas: {{clinic.phone}}\n\n{{organization.name}}",
		"short": "{{clinic.name}}: wizyty się opóźniają ({{doctor.name}}). Twoja wizyta zacznie się około {{visit.time}}. Przepraszamy. Pytania: {{clinic.phone}}"
	}
}$templates$::jsonb
	FROM (SELECT DISTINCT organization_id FROM message_rules) AS those
	ON CONFLICT DO NOTHING;
--> statement-breakpoint
ALTER TABLE message_rules FORCE ROW LEVEL SECURITY;
