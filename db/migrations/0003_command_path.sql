-- The hot path of a move: one statement reads, one writes. Rules stay in the domain; these functions only gather
-- what the rules need and carry out what they allowed. Called from domain/scheduling/.

CREATE FUNCTION epoch_ms(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT (extract(epoch FROM at) * 1000)::bigint $$;
--> statement-breakpoint

-- What a placement is judged on. Arguments left null are taken from the appointment. Claims are given as far as two
-- hours around the visit: more than any buffer.
CREATE FUNCTION read_situation(
	p_organization uuid, p_appointment uuid, p_clinic uuid, p_practitioner uuid, p_room uuid, p_service uuid,
	p_patient uuid, p_starts_at timestamptz, p_minutes integer
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	visit appointments%ROWTYPE;
	clinic clinics%ROWTYPE;
	service services%ROWTYPE;
	starts timestamptz;
	ends timestamptz;
	iso_weekday integer;
	local_day date;
	answer jsonb;
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	IF p_appointment IS NOT NULL THEN
		SELECT * INTO visit FROM appointments WHERE organization_id = p_organization AND id = p_appointment;
	END IF;
	p_practitioner := coalesce(p_practitioner, visit.practitioner_id);
	p_room := coalesce(p_room, visit.room_id);
	p_patient := coalesce(p_patient, visit.patient_id);
	SELECT * INTO clinic FROM clinics
		WHERE organization_id = p_organization AND id = coalesce(p_clinic, visit.clinic_id);
	SELECT * INTO service FROM services
		WHERE organization_id = p_organization AND id = coalesce(p_service, visit.service_id);
	starts := coalesce(p_starts_at, visit.starts_at);
	ends := starts + coalesce(make_interval(mins => p_minutes), visit.ends_at - visit.starts_at,
		make_interval(mins => service.duration_minutes));
	local_day := (starts AT TIME ZONE clinic.zone)::date;
	iso_weekday := extract(isodow FROM local_day);

	SELECT jsonb_build_object(
		'appointment', CASE WHEN visit.id IS NULL THEN NULL ELSE to_jsonb(visit)
			|| jsonb_build_object('starts_at', epoch_ms(visit.starts_at), 'ends_at', epoch_ms(visit.ends_at)) END,
		'clinic', CASE WHEN clinic.id IS NULL THEN NULL ELSE jsonb_build_object('id', clinic.id, 'zone', clinic.zone) END,
		'service', CASE WHEN service.id IS NULL THEN NULL ELSE jsonb_build_object(
			'id', service.id, 'durationMinutes', service.duration_minutes,
			'bufferBeforeMinutes', service.buffer_before_minutes, 'bufferAfterMinutes', service.buffer_after_minutes,
			'roomKind', service.room_kind) END,
		'practitioner', (SELECT jsonb_build_object('id', r.id, 'hoursRevision', r.hours_revision,
				'offersService', EXISTS (SELECT 1 FROM practitioner_services o
					WHERE o.organization_id = p_organization AND o.practitioner_id = r.id AND o.service_id = service.id))
			FROM resources r WHERE r.organization_id = p_organization AND r.id = p_practitioner
				AND r.kind = 'practitioner'),
		'room', (SELECT jsonb_build_object('id', r.id, 'hoursRevision', r.hours_revision, 'kind', m.kind,
				'clinicId', m.clinic_id)
			FROM resources r JOIN rooms m ON m.organization_id = r.organization_id AND m.id = r.id
			WHERE r.organization_id = p_organization AND r.id = p_room),
		'patient', (SELECT jsonb_build_object('id', p.id, 'established', p.established)
			FROM patients p WHERE p.organization_id = p_organization AND p.id = p_patient),
		'rules', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', h.resource_id, 'kind', h.kind,
				'weekday', h.weekday, 'startMinute', h.start_minute, 'endMinute', h.end_minute,
				'validFrom', h.valid_from, 'validTo', h.valid_to))
			FROM working_hours h
			WHERE h.organization_id = p_organization AND h.resource_id IN (p_practitioner, p_room)
				AND h.clinic_id = clinic.id AND h.weekday = iso_weekday
				AND (h.valid_from IS NULL OR h.valid_from <= local_day)
				AND (h.valid_to IS NULL OR h.valid_to >= local_day)), '[]'::jsonb),
		'claims', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', c.resource_id,
				'start', epoch_ms(c.starts_at), 'end', epoch_ms(c.ends_at),
				'appointmentId', c.appointment_id, 'blockId', c.block_id))
			FROM claims c
			WHERE c.organization_id = p_organization AND c.resource_id IN (p_practitioner, p_room, p_patient)
				-- No claim is longer than 14 hours (check claims_length): bounds the index from below.
				AND c.starts_at < ends + interval '2 hours' AND c.starts_at > starts - interval '16 hours'
				AND c.ends_at > starts - interval '2 hours' AND c.exclusive
				AND (p_appointment IS NULL OR c.appointment_id IS DISTINCT FROM p_appointment)), '[]'::jsonb)
	) INTO answer;
	RETURN answer;
END $$;
--> statement-breakpoint

-- What an intent about a block is judged on. `p_block` for one that exists, else the wanted time.
CREATE FUNCTION read_block_situation(
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
			'removed', block.removed) END,
		'clinic', (SELECT jsonb_build_object('id', c.id, 'zone', c.zone) FROM clinics c
			WHERE c.organization_id = p_organization AND c.id = p_clinic),
		'resource', (SELECT jsonb_build_object('id', r.id, 'kind', r.kind) FROM resources r
			LEFT JOIN rooms m ON m.organization_id = r.organization_id AND m.id = r.id
			WHERE r.organization_id = p_organization AND r.id = p_resource
				AND (r.kind = 'practitioner' OR r.kind = 'room' AND m.clinic_id = p_clinic)),
		'busy', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
				'start', epoch_ms(c.starts_at), 'end', epoch_ms(c.ends_at),
				'appointmentId', c.appointment_id, 'blockId', c.block_id)) ORDER BY c.starts_at)
			FROM claims c
			WHERE c.organization_id = p_organization AND c.resource_id = p_resource AND c.exclusive
				AND c.starts_at < p_starts_at + make_interval(mins => p_minutes)
				AND c.starts_at > p_starts_at - interval '14 hours' AND c.ends_at > p_starts_at
				AND (p_block IS NULL OR c.block_id IS DISTINCT FROM p_block)), '[]'::jsonb)
	);
END $$;
--> statement-breakpoint

-- Carries out one judged change in one transaction. `p_change` holds
--   subject: 'appointment' | 'block';  expected: its revision, null for something new;  row: all its columns;
--   locks: ids of every resource it leaves or takes;  hours: [{id, revision}] that the judge went by;
--   claims: [{resourceId, start, end}] (epoch ms), left out when time and place stay as they are;
--   event: {kind, before, after};  boards: [[clinic, local date], …];  verdict: what to store and answer.
-- No NOTIFY in here: it makes commits wait for each other (db/announcements.ts sends it afterwards).
-- Answers {state: 'committed'}, {state: 'stale'} (nothing done: read and judge again) or
-- {state: 'duplicate', hash, verdict} (this intent was judged before). An overlap is error 23P01 and undoes all.
CREATE FUNCTION commit_change(
	p_organization uuid, p_user uuid, p_intent text, p_hash text, p_change jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	resource uuid;
	expected integer := (p_change ->> 'expected')::integer;
	subject text := p_change ->> 'subject';
	visit appointments%ROWTYPE;
	block blocks%ROWTYPE;
	subject_id uuid := (p_change -> 'row' ->> 'id')::uuid;
	stored verdicts%ROWTYPE;
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);

	-- Sorted, so that no two transactions wait for each other in a ring.
	FOR resource IN SELECT value::uuid FROM jsonb_array_elements_text(p_change -> 'locks') ORDER BY 1 LOOP
		PERFORM pg_advisory_xact_lock(hashtextextended(resource::text, 0));
	END LOOP;

	IF EXISTS (
		SELECT 1 FROM jsonb_to_recordset(p_change -> 'hours') AS judged(id uuid, revision integer)
		JOIN resources r ON r.organization_id = p_organization AND r.id = judged.id
		WHERE r.hours_revision <> judged.revision
	) THEN
		RETURN '{"state": "stale"}';
	END IF;
	IF expected IS NOT NULL THEN
		IF subject = 'appointment' THEN
			PERFORM 1 FROM appointments
				WHERE organization_id = p_organization AND id = subject_id AND revision = expected FOR UPDATE;
		ELSE
			PERFORM 1 FROM blocks
				WHERE organization_id = p_organization AND id = subject_id AND revision = expected FOR UPDATE;
		END IF;
		IF NOT FOUND THEN RETURN '{"state": "stale"}'; END IF;
	END IF;

	INSERT INTO verdicts (organization_id, user_id, intent_id, intent_hash, verdict)
		VALUES (p_organization, p_user, p_intent, p_hash, p_change -> 'verdict') ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		SELECT * INTO stored FROM verdicts
			WHERE organization_id = p_organization AND user_id = p_user AND intent_id = p_intent;
		RETURN jsonb_build_object('state', 'duplicate', 'hash', stored.intent_hash, 'verdict', stored.verdict);
	END IF;

	IF subject = 'appointment' THEN
		visit := jsonb_populate_record(NULL::appointments, p_change -> 'row');
		IF expected IS NULL THEN
			INSERT INTO appointments SELECT visit.*;
		ELSE
			UPDATE appointments SET clinic_id = visit.clinic_id, practitioner_id = visit.practitioner_id,
				room_id = visit.room_id, starts_at = visit.starts_at, ends_at = visit.ends_at, status = visit.status,
				cancel_reason = visit.cancel_reason, remark = visit.remark, revision = visit.revision,
				placement_revision = visit.placement_revision, status_revision = visit.status_revision,
				remark_revision = visit.remark_revision
			WHERE organization_id = p_organization AND id = subject_id;
			-- Whoever was seen once is no new patient any more.
			IF visit.status = 'fulfilled' THEN
				UPDATE patients SET established = true
				WHERE organization_id = p_organization AND id = visit.patient_id AND NOT established;
			END IF;
		END IF;
	ELSE
		block := jsonb_populate_record(NULL::blocks, p_change -> 'row');
		IF expected IS NULL THEN
			INSERT INTO blocks SELECT block.*;
		ELSE
			UPDATE blocks SET removed = block.removed, revision = block.revision
			WHERE organization_id = p_organization AND id = subject_id;
		END IF;
	END IF;

	IF p_change ? 'claims' THEN
		IF expected IS NOT NULL AND subject = 'appointment' THEN
			DELETE FROM claims WHERE organization_id = p_organization AND appointment_id = subject_id;
		ELSIF expected IS NOT NULL THEN
			DELETE FROM claims WHERE organization_id = p_organization AND block_id = subject_id;
		END IF;
		INSERT INTO claims (organization_id, resource_id, busy, appointment_id, block_id)
			SELECT p_organization, c."resourceId", tstzrange(to_timestamp(c.start / 1000.0), to_timestamp(c."end" / 1000.0)),
				CASE WHEN subject = 'appointment' THEN subject_id END, CASE WHEN subject = 'block' THEN subject_id END
			FROM jsonb_to_recordset(p_change -> 'claims') AS c("resourceId" uuid, start bigint, "end" bigint);
	END IF;

	INSERT INTO events (organization_id, actor_user_id, request_id, subject_kind, subject_id, kind, clinic_id, boards,
			before, after)
		VALUES (p_organization, p_user, p_intent, subject, subject_id, p_change -> 'event' ->> 'kind',
			(p_change -> 'row' ->> 'clinic_id')::uuid, p_change -> 'boards', nullif(p_change -> 'event' -> 'before', 'null'),
			p_change -> 'event' -> 'after');
	RETURN '{"state": "committed"}';
END $$;
--> statement-breakpoint

-- Stores the verdict on an intent that changed nothing. Answers what is stored: an earlier verdict wins.
CREATE FUNCTION record_verdict(
	p_organization uuid, p_user uuid, p_intent text, p_hash text, p_verdict jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	stored verdicts%ROWTYPE;
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	INSERT INTO verdicts (organization_id, user_id, intent_id, intent_hash, verdict)
		VALUES (p_organization, p_user, p_intent, p_hash, p_verdict) ON CONFLICT DO NOTHING;
	SELECT * INTO stored FROM verdicts
		WHERE organization_id = p_organization AND user_id = p_user AND intent_id = p_intent;
	RETURN jsonb_build_object('hash', stored.intent_hash, 'verdict', stored.verdict);
END $$;
--> statement-breakpoint

-- Who a session or token belongs to, with the roles. `p_kind`: 'session' or 'token'; `p_hash`: SHA-256, hex.
CREATE FUNCTION find_signed_in(p_kind text, p_hash text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	found_organization uuid;
	found_user uuid;
	found_expiry timestamptz;
	found_scopes text[];
BEGIN
	PERFORM set_config('dayboard.purpose', 'find-organization', true);
	IF p_kind = 'session' THEN
		SELECT organization_id, user_id, expires_at INTO found_organization, found_user, found_expiry
			FROM sessions WHERE id = p_hash;
	ELSE
		SELECT organization_id, user_id, expires_at, scopes
			INTO found_organization, found_user, found_expiry, found_scopes FROM api_tokens WHERE id = p_hash;
	END IF;
	PERFORM set_config('dayboard.purpose', '', true);
	IF found_organization IS NULL THEN RETURN NULL; END IF;
	PERFORM set_config('dayboard.organization_id', found_organization::text, true);
	RETURN (SELECT jsonb_build_object('organizationId', u.organization_id, 'userId', u.id, 'name', u.name,
			'expiresAt', epoch_ms(found_expiry), 'scopes', to_jsonb(found_scopes),
			'roles', coalesce((SELECT jsonb_agg(jsonb_build_object('role', a.role, 'clinicId', a.clinic_id,
				'practitionerId', a.practitioner_id)) FROM role_assignments a
				WHERE a.organization_id = u.organization_id AND a.user_id = u.id), '[]'::jsonb))
		FROM users u WHERE u.organization_id = found_organization AND u.id = found_user);
END $$;
