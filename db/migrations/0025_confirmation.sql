-- Patients say that they will come, and that they are here: by a link, or on a screen at the entrance.
ALTER TABLE appointments ADD COLUMN confirmed_at timestamptz;
--> statement-breakpoint
ALTER TABLE appointments ADD COLUMN confirmed_by text;
--> statement-breakpoint
ALTER TABLE appointments ADD COLUMN confirmation_revision integer NOT NULL DEFAULT 1;
--> statement-breakpoint
ALTER TABLE appointments ADD CONSTRAINT appointments_confirmed
	CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL) AND confirmed_by IN ('patient', 'staff'));
--> statement-breakpoint
-- What the link is about: a visit that has another start is another question.
ALTER TABLE message_links ADD COLUMN about_start timestamptz;
--> statement-breakpoint
-- What is done on a screen is done by an account of its own, which also names it for good; nobody signs in with it.
ALTER TABLE kiosks ADD COLUMN account_id uuid NOT NULL;
--> statement-breakpoint
ALTER TABLE kiosks ADD COLUMN opened_at timestamptz;
--> statement-breakpoint
ALTER TABLE kiosks ADD COLUMN opens_until timestamptz NOT NULL DEFAULT now();
--> statement-breakpoint
ALTER TABLE kiosks ADD CONSTRAINT kiosks_organization_id_account_id_users_organization_id_id_fk
	FOREIGN KEY (organization_id, account_id) REFERENCES users (organization_id, id);
--> statement-breakpoint
ALTER TABLE kiosks ADD CONSTRAINT kiosks_account UNIQUE (organization_id, account_id);
--> statement-breakpoint
-- As in migration 0010, with the patient's confirmation.
CREATE OR REPLACE FUNCTION commit_change(
	p_organization uuid, p_user uuid, p_intent text, p_hash text, p_change jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	resource uuid;
	part jsonb;
	changes boolean := (p_change ->> 'changes')::boolean;
	is_visit boolean;
	is_new boolean;
	visit appointments%ROWTYPE;
	block blocks%ROWTYPE;
	subject_id uuid;
	session bigint;
	judged uuid[];
	stored verdicts%ROWTYPE;
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);

	-- Opening hours are changed under the clinic's own lock; bookings share it, so they wait for no other booking.
	PERFORM pg_advisory_xact_lock_shared(hashtextextended(id, 0))
		FROM (SELECT value AS id FROM jsonb_array_elements_text(p_change -> 'shared') ORDER BY 1) AS sorted;
	-- Sorted, so that no two transactions wait for each other in a ring.
	PERFORM pg_advisory_xact_lock(hashtextextended(id, 0))
		FROM (SELECT value AS id FROM jsonb_array_elements_text(p_change -> 'locks') ORDER BY 1) AS sorted;

	judged := ARRAY(SELECT (value ->> 'id')::uuid FROM jsonb_array_elements(p_change -> 'hours'));
	IF EXISTS (
		SELECT 1 FROM resources r WHERE r.organization_id = p_organization AND r.id = ANY (judged)
			AND NOT p_change -> 'hours' @> jsonb_build_array(jsonb_build_object('id', r.id, 'revision', r.hours_revision))
	) THEN
		RETURN '{"state": "stale"}';
	END IF;
	IF p_change ? 'overrides' THEN
		SELECT o."practitionerId" INTO resource FROM jsonb_to_recordset(p_change -> 'overrides')
			AS o("practitionerId" uuid, "from" bigint, until bigint, taking integer, except_ids uuid[])
		JOIN practitioners p ON p.organization_id = p_organization AND p.id = o."practitionerId"
		WHERE count_overrides(p_organization, o."practitionerId", to_timestamp(o."from" / 1000.0),
			to_timestamp(o.until / 1000.0), o.except_ids) + o.taking > p.overrides_a_day;
		IF FOUND THEN
			RETURN jsonb_build_object('state', 'override-limit', 'practitionerId', resource);
		END IF;
	END IF;

	IF changes THEN
		FOR part IN SELECT value FROM jsonb_array_elements(p_change -> 'parts') LOOP
			CONTINUE WHEN part ->> 'expected' IS NULL;
			IF part ->> 'subject' = 'appointment' THEN
				PERFORM 1 FROM appointments WHERE organization_id = p_organization
					AND id = (part -> 'row' ->> 'id')::uuid AND revision = (part ->> 'expected')::integer FOR UPDATE;
			ELSE
				PERFORM 1 FROM blocks WHERE organization_id = p_organization
					AND id = (part -> 'row' ->> 'id')::uuid AND revision = (part ->> 'expected')::integer FOR UPDATE;
			END IF;
			IF NOT FOUND THEN RETURN '{"state": "stale"}'; END IF;
		END LOOP;
	END IF;

	INSERT INTO verdicts (organization_id, user_id, intent_id, intent_hash, verdict)
		VALUES (p_organization, p_user, p_intent, p_hash, p_change -> 'verdict') ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		SELECT * INTO stored FROM verdicts
			WHERE organization_id = p_organization AND user_id = p_user AND intent_id = p_intent;
		RETURN jsonb_build_object('state', 'duplicate', 'hash', stored.intent_hash, 'verdict', stored.verdict);
	END IF;

	IF p_change ? 'endHolds' THEN
		DELETE FROM holds WHERE organization_id = p_organization
			AND id IN (SELECT value::uuid FROM jsonb_array_elements_text(p_change -> 'endHolds'));
	END IF;
	-- All that is left first: visits that change places together are not in each other's way.
	IF changes THEN
		FOR part IN SELECT value FROM jsonb_array_elements(p_change -> 'parts') LOOP
			CONTINUE WHEN NOT part ? 'claims' OR part ->> 'expected' IS NULL;
			IF part ->> 'subject' = 'appointment' THEN
				DELETE FROM claims
					WHERE organization_id = p_organization AND appointment_id = (part -> 'row' ->> 'id')::uuid;
			ELSE
				DELETE FROM claims WHERE organization_id = p_organization AND block_id = (part -> 'row' ->> 'id')::uuid;
			END IF;
		END LOOP;
	END IF;

	FOR part IN SELECT value FROM jsonb_array_elements(p_change -> 'parts') LOOP
		is_visit := part ->> 'subject' = 'appointment';
		is_new := part ->> 'expected' IS NULL;
		IF is_visit THEN
			visit := jsonb_populate_record(NULL::appointments, part -> 'row');
			subject_id := visit.id;
			session := NULL;
			IF visit.place IS NOT NULL THEN
				session := session_key(visit.practitioner_id, visit.room_id, visit.service_id, visit.starts_at,
					visit.ends_at);
				IF visit.place > (SELECT s.places FROM services s
						WHERE s.organization_id = p_organization AND s.id = visit.service_id) THEN
					RAISE exclusion_violation USING MESSAGE = 'the service has fewer places than were judged';
				END IF;
			END IF;
			IF is_new THEN
				INSERT INTO appointments SELECT visit.*;
			ELSE
				UPDATE appointments SET clinic_id = visit.clinic_id, practitioner_id = visit.practitioner_id,
					room_id = visit.room_id, starts_at = visit.starts_at, ends_at = visit.ends_at, status = visit.status,
					cancel_reason = visit.cancel_reason, cancelled_by = visit.cancelled_by, remark = visit.remark,
					support_ids = visit.support_ids, override_reason = visit.override_reason,
					place = visit.place, arrived_at = visit.arrived_at, went_in_at = visit.went_in_at, done_at = visit.done_at,
					revision = visit.revision, placement_revision = visit.placement_revision,
					status_revision = visit.status_revision, remark_revision = visit.remark_revision,
					confirmed_at = visit.confirmed_at, confirmed_by = visit.confirmed_by,
					confirmation_revision = visit.confirmation_revision
				WHERE organization_id = p_organization AND id = subject_id;
				-- Whoever was seen once is no new patient any more.
				IF visit.status = 'fulfilled' THEN
					UPDATE patients SET established = true
					WHERE organization_id = p_organization AND id = visit.patient_id AND NOT established;
				END IF;
			END IF;
		ELSE
			block := jsonb_populate_record(NULL::blocks, part -> 'row');
			subject_id := block.id;
			session := NULL;
			IF is_new THEN
				INSERT INTO blocks SELECT block.*;
			ELSE
				UPDATE blocks SET removed = block.removed, revision = block.revision
				WHERE organization_id = p_organization AND id = subject_id;
			END IF;
		END IF;
		IF part ? 'claims' THEN
			INSERT INTO claims (organization_id, resource_id, busy, appointment_id, block_id, exclusive, session_key, place)
				SELECT p_organization, c."resourceId",
					tstzrange(to_timestamp(c.start / 1000.0), to_timestamp(c."end" / 1000.0)),
					CASE WHEN is_visit THEN subject_id END, CASE WHEN NOT is_visit THEN subject_id END, c.exclusive,
					-- A patient is in one place only, whoever else comes.
					CASE WHEN c."resourceId" <> visit.patient_id THEN session END,
					CASE WHEN c."resourceId" <> visit.patient_id AND session IS NOT NULL THEN visit.place END
				FROM jsonb_to_recordset(part -> 'claims')
					AS c("resourceId" uuid, start bigint, "end" bigint, exclusive boolean);
		END IF;
		INSERT INTO events (organization_id, actor_user_id, request_id, subject_kind, subject_id, kind, clinic_id, boards,
				before, after)
			VALUES (p_organization, p_user, p_intent, part ->> 'subject', subject_id, part -> 'event' ->> 'kind',
				(part -> 'row' ->> 'clinic_id')::uuid, part -> 'boards', nullif(part -> 'event' -> 'before', 'null'),
				part -> 'event' -> 'after');
	END LOOP;
	RETURN '{"state": "committed"}';
END $$;
--> statement-breakpoint
-- As in migration 0010, with the patient's confirmation.
CREATE OR REPLACE FUNCTION read_changed_rows(p_organization uuid, p_appointments uuid[], p_blocks uuid[])
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	RETURN jsonb_build_object(
		'visits', coalesce((SELECT jsonb_agg(jsonb_build_object(
				'id', a.id, 'clinicId', a.clinic_id, 'practitionerId', a.practitioner_id, 'roomId', a.room_id,
				'serviceId', a.service_id, 'startsAt', epoch_ms(a.starts_at), 'endsAt', epoch_ms(a.ends_at),
				'status', a.status, 'newPatient', a.new_patient, 'source', a.source, 'revision', a.revision,
				'supportIds', a.support_ids, 'place', a.place, 'overrideReason', a.override_reason, 'seriesId', a.series_id,
				'walkIn', a.walk_in, 'arrivedAt', epoch_ms(a.arrived_at), 'wentInAt', epoch_ms(a.went_in_at),
				'doneAt', epoch_ms(a.done_at), 'confirmedAt', epoch_ms(a.confirmed_at), 'confirmedBy', a.confirmed_by,
				'remark', a.remark, 'patient', jsonb_build_object(
					'id', p.id, 'familyName', p.family_name, 'givenName', p.given_name, 'birthDate', p.birth_date,
					'phone', p.phone, 'email', p.email)))
			FROM appointments a
			JOIN patients p ON p.organization_id = a.organization_id AND p.id = a.patient_id
			WHERE a.organization_id = p_organization AND a.id = ANY (p_appointments)), '[]'),
		'blocks', coalesce((SELECT jsonb_agg(jsonb_build_object(
				'id', b.id, 'clinicId', b.clinic_id, 'resourceId', b.resource_id, 'startsAt', epoch_ms(b.starts_at),
				'endsAt', epoch_ms(b.ends_at), 'kind', b.kind, 'revision', b.revision))
			FROM blocks b
			WHERE b.organization_id = p_organization AND b.id = ANY (p_blocks) AND NOT b.removed), '[]'));
END $$;
