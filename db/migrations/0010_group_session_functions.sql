-- Group sessions: several patients with one doctor, in one room, at one time.

-- Which session a visit at this time and place is part of. Negative: no claim has such an id.
CREATE FUNCTION session_key(
	p_practitioner uuid, p_room uuid, p_service uuid, p_starts_at timestamptz, p_ends_at timestamptz
) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT -1 - (hashtextextended(concat_ws('/', p_practitioner, p_room, p_service, epoch_ms(p_starts_at),
		epoch_ms(p_ends_at)), 0) & 9223372036854775807) $$;
--> statement-breakpoint

-- No resource is taken twice at one time, but for the claims of one session: a claim that is part of none is a session
-- of its own.
ALTER TABLE claims DROP CONSTRAINT claims_no_overlap;
--> statement-breakpoint

ALTER TABLE claims ADD CONSTRAINT claims_no_overlap
	EXCLUDE USING gist (resource_id WITH =, busy WITH &&, (coalesce(session_key, id)) WITH <>)
	WHERE (exclusive) DEFERRABLE INITIALLY IMMEDIATE;
--> statement-breakpoint

-- Nobody takes a place that somebody has. An overlap like the other, so that it is judged again in the same way.
ALTER TABLE claims ADD CONSTRAINT claims_one_a_place
	EXCLUDE USING btree (resource_id WITH =, session_key WITH =, place WITH =)
	WHERE (place IS NOT NULL) DEFERRABLE INITIALLY IMMEDIATE;
--> statement-breakpoint

-- The session that a claim is part of: the visit or the hold that it belongs to says where and when.
CREATE FUNCTION session_of(claim claims) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('practitionerId', s.practitioner_id, 'roomId', s.room_id, 'serviceId', s.service_id,
		'startsAt', epoch_ms(s.starts_at), 'endsAt', epoch_ms(s.ends_at), 'place', claim.place)
	FROM (
		SELECT practitioner_id, room_id, service_id, starts_at, ends_at FROM appointments
			WHERE organization_id = claim.organization_id AND id = claim.appointment_id
		UNION ALL
		SELECT practitioner_id, room_id, service_id, starts_at, ends_at FROM holds
			WHERE organization_id = claim.organization_id AND id = claim.hold_id) s
	WHERE claim.place IS NOT NULL $$;
--> statement-breakpoint

CREATE OR REPLACE FUNCTION service_needs(service services) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN service.id IS NULL THEN NULL ELSE jsonb_build_object(
		'id', service.id, 'durationMinutes', service.duration_minutes, 'places', service.places,
		'bufferBeforeMinutes', service.buffer_before_minutes, 'bufferAfterMinutes', service.buffer_after_minutes,
		'roomBufferBeforeMinutes', service.room_buffer_before_minutes,
		'roomBufferAfterMinutes', service.room_buffer_after_minutes,
		'roomKind', service.room_kind, 'equipmentKinds', service.equipment_kinds, 'staffKinds', service.staff_kinds,
		'minAgeYears', service.min_age_years, 'maxAgeYears', service.max_age_years, 'sex', service.sex,
		'patients', service.patients, 'referralNeeded', service.referral_needed, 'bookableBy', service.bookable_by,
		'bookAheadDays', service.book_ahead_days, 'bookNoticeMinutes', service.book_notice_minutes,
		'cancelNoticeMinutes', service.cancel_notice_minutes) END $$;
--> statement-breakpoint

-- What a placement is judged on. Arguments left null are taken from the appointment. Claims are those that the visit
-- would meet with its buffers.
CREATE OR REPLACE FUNCTION read_situation(
	p_organization uuid, p_appointment uuid, p_clinic uuid, p_practitioner uuid, p_room uuid, p_service uuid,
	p_patient uuid, p_starts_at timestamptz, p_minutes integer
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	visit appointments%ROWTYPE;
	clinic clinics%ROWTYPE;
	service services%ROWTYPE;
	offer practitioner_services%ROWTYPE;
	support jsonb := '[]';
	placed uuid[];
	starts timestamptz;
	ends timestamptz;
	busy_from timestamptz;
	busy_until timestamptz;
	iso_weekday integer;
	local_day date;
	last_day date;
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
	SELECT * INTO offer FROM practitioner_services o
		WHERE o.organization_id = p_organization AND o.practitioner_id = p_practitioner AND o.service_id = service.id;
	starts := coalesce(p_starts_at, visit.starts_at);
	ends := starts + coalesce(make_interval(mins => p_minutes), visit.ends_at - visit.starts_at,
		make_interval(mins => coalesce(offer.duration_minutes, service.duration_minutes)));
	busy_from := starts
		- make_interval(mins => greatest(service.buffer_before_minutes, service.room_buffer_before_minutes));
	busy_until := ends
		+ make_interval(mins => greatest(service.buffer_after_minutes, service.room_buffer_after_minutes));
	local_day := (starts AT TIME ZONE clinic.zone)::date;
	last_day := (ends AT TIME ZONE clinic.zone)::date;
	iso_weekday := extract(isodow FROM local_day);
	placed := ARRAY[p_practitioner, p_room, clinic.id];
	IF service.equipment_kinds <> '{}' OR service.staff_kinds <> '{}' THEN
		SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'kind', s.kind, 'capability', s.capability,
				'hoursRevision', r.hours_revision, 'hasHours', has_hours(p_organization, s.id)) ORDER BY s.name, s.id), '[]'), placed || coalesce(array_agg(s.id), '{}')
			INTO support, placed
			FROM support_of(p_organization, ARRAY[clinic.id], service) s
			JOIN resources r ON r.organization_id = p_organization AND r.id = s.id;
	END IF;

	SELECT jsonb_build_object(
		'appointment', CASE WHEN visit.id IS NULL THEN NULL ELSE to_jsonb(visit)
			|| jsonb_build_object('starts_at', epoch_ms(visit.starts_at), 'ends_at', epoch_ms(visit.ends_at)) END,
		'clinic', (SELECT jsonb_build_object('id', clinic.id, 'zone', clinic.zone, 'hoursRevision', r.hours_revision,
				'hasHours', has_hours(p_organization, r.id))
			FROM resources r WHERE r.organization_id = p_organization AND r.id = clinic.id),
		'service', service_needs(service),
		'practitioner', (SELECT jsonb_build_object('id', r.id, 'hoursRevision', r.hours_revision,
				'offersService', offer.service_id IS NOT NULL,
				'durationMinutes', coalesce(offer.duration_minutes, service.duration_minutes))
			FROM resources r WHERE r.organization_id = p_organization AND r.id = p_practitioner
				AND r.kind = 'practitioner'),
		'room', (SELECT jsonb_build_object('id', r.id, 'hoursRevision', r.hours_revision, 'kind', m.kind,
				'clinicId', m.clinic_id, 'hasHours', has_hours(p_organization, r.id))
			FROM resources r JOIN rooms m ON m.organization_id = r.organization_id AND m.id = r.id
			WHERE r.organization_id = p_organization AND r.id = p_room AND (NOT m.removed OR m.id = visit.room_id)),
		'patient', (SELECT jsonb_build_object('id', p.id, 'established', p.established, 'birthDate', p.birth_date,
				'sex', p.sex)
			FROM patients p WHERE p.organization_id = p_organization AND p.id = p_patient),
		'support', support,
		'rules', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', h.resource_id, 'kind', h.kind,
				'weekday', h.weekday, 'startMinute', h.start_minute, 'endMinute', h.end_minute,
				'validFrom', h.valid_from, 'validTo', h.valid_to, 'everyWeeks', h.every_weeks, 'weekOf', h.week_of))
			FROM working_hours h
			WHERE h.organization_id = p_organization AND h.resource_id = ANY (placed) AND h.clinic_id = clinic.id
				AND (h.weekday = iso_weekday
					OR (h.weekday = iso_weekday % 7 + 1 AND last_day > local_day)
					-- The night before, past midnight.
					OR (h.weekday = (iso_weekday + 5) % 7 + 1 AND h.end_minute > 1440))
				AND (h.valid_from IS NULL OR h.valid_from <= last_day)
				AND (h.valid_to IS NULL OR h.valid_to >= local_day - 1)), '[]'::jsonb),
		'exceptions', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', x.resource_id, 'kind', x.kind,
				'reason', x.reason, 'firstDate', x.first_date, 'lastDate', x.last_date, 'startMinute', x.start_minute,
				'endMinute', x.end_minute))
			FROM hours_exceptions x
			WHERE x.organization_id = p_organization AND x.resource_id = ANY (placed) AND x.clinic_id = clinic.id
				AND x.last_date >= local_day - 1 AND x.first_date <= last_day), '[]'::jsonb),
		'claims', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', c.resource_id,
				'start', epoch_ms(c.starts_at), 'end', epoch_ms(c.ends_at),
				'appointmentId', c.appointment_id, 'blockId', c.block_id, 'holdId', c.hold_id,
				'expiresAt', epoch_ms(c.expires_at), 'holdOwner', CASE WHEN c.hold_id IS NOT NULL THEN
					(SELECT h.owner FROM holds h WHERE h.organization_id = p_organization AND h.id = c.hold_id) END,
				'session', CASE WHEN c.place IS NOT NULL THEN session_of(c) END))
			FROM claims c
			WHERE c.organization_id = p_organization AND c.resource_id = ANY (placed || p_patient)
				-- No claim is longer than 14 hours (check claims_length): bounds the index from below.
				AND c.starts_at < busy_until AND c.starts_at > busy_from - interval '14 hours' AND c.ends_at > busy_from
				AND (p_appointment IS NULL OR c.appointment_id IS DISTINCT FROM p_appointment)), '[]'::jsonb)
	) INTO answer;
	RETURN answer;
END $$;
--> statement-breakpoint

-- Keeps a time for somebody for minutes. `p_hold`: {id, owner, clinicId, practitionerId, roomId, serviceId, startsAt,
-- endsAt, expiresAt (epoch ms), most: how many one owner may keep, hours: [{id, revision}], shared: [clinic],
-- endHolds: [ids that are used up or expired], place: in a group session or null, claims: [{resourceId, start, end}]}.
-- Answers 'held', 'stale' (read and judge again) or 'too-many'. An overlap is error 23P01 and undoes all.
CREATE OR REPLACE FUNCTION take_hold(p_organization uuid, p_hold jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	resource uuid;
	hold_id uuid := (p_hold ->> 'id')::uuid;
	expiry timestamptz := to_timestamp((p_hold ->> 'expiresAt')::bigint / 1000.0);
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	FOR resource IN SELECT value::uuid FROM jsonb_array_elements_text(p_hold -> 'shared') ORDER BY 1 LOOP
		PERFORM pg_advisory_xact_lock_shared(hashtextextended(resource::text, 0));
	END LOOP;
	-- One owner's holds are counted one after the other.
	PERFORM pg_advisory_xact_lock(hashtextextended(p_organization::text || (p_hold ->> 'owner'), 1));
	FOR resource IN SELECT (value ->> 'resourceId')::uuid FROM jsonb_array_elements(p_hold -> 'claims') ORDER BY 1 LOOP
		PERFORM pg_advisory_xact_lock(hashtextextended(resource::text, 0));
	END LOOP;
	IF EXISTS (
		SELECT 1 FROM jsonb_to_recordset(p_hold -> 'hours') AS judged(id uuid, revision integer)
		JOIN resources r ON r.organization_id = p_organization AND r.id = judged.id
		WHERE r.hours_revision <> judged.revision
	) THEN
		RETURN 'stale';
	END IF;
	DELETE FROM holds WHERE organization_id = p_organization AND (expires_at <= now() AND owner = p_hold ->> 'owner'
		OR id IN (SELECT value::uuid FROM jsonb_array_elements_text(p_hold -> 'endHolds')));
	IF (SELECT count(*) FROM holds h WHERE h.organization_id = p_organization AND h.owner = p_hold ->> 'owner')
		>= (p_hold ->> 'most')::integer THEN
		RETURN 'too-many';
	END IF;
	INSERT INTO holds (organization_id, id, owner, clinic_id, practitioner_id, room_id, service_id, starts_at, ends_at,
			expires_at)
		VALUES (p_organization, hold_id, p_hold ->> 'owner', (p_hold ->> 'clinicId')::uuid,
			(p_hold ->> 'practitionerId')::uuid, (p_hold ->> 'roomId')::uuid, (p_hold ->> 'serviceId')::uuid,
			to_timestamp((p_hold ->> 'startsAt')::bigint / 1000.0), to_timestamp((p_hold ->> 'endsAt')::bigint / 1000.0),
			expiry);
	INSERT INTO claims (organization_id, resource_id, busy, hold_id, expires_at, place, session_key)
		SELECT p_organization, c."resourceId", tstzrange(to_timestamp(c.start / 1000.0), to_timestamp(c."end" / 1000.0)),
			hold_id, expiry, (p_hold ->> 'place')::smallint, CASE WHEN p_hold ->> 'place' IS NOT NULL THEN
				(SELECT session_key(h.practitioner_id, h.room_id, h.service_id, h.starts_at, h.ends_at) FROM holds h
					WHERE h.organization_id = p_organization AND h.id = hold_id) END
		FROM jsonb_to_recordset(p_hold -> 'claims') AS c("resourceId" uuid, start bigint, "end" bigint);
	RETURN 'held';
END $$;
--> statement-breakpoint

-- Carries out one judged change, of one row or of several together, in one transaction. `p_change` holds
--   locks: ids of every resource that is left or taken;  shared: clinics whose hours were judged by;
--   hours: [{id, revision}] that the judge went by;  endHolds: ids of holds that are used up or expired;
--   overrides: [{practitionerId, from, until (epoch ms), taking: how many more, except_ids}];  verdict: what to store and answer;
--   changes: whether any part changes a row that is there;
--   parts: [{subject: 'appointment' | 'block', expected: its revision, null for something new,  row: all its columns,
--     claims: [{resourceId, start, end, exclusive}] (epoch ms), left out when time and place stay as they are,
--     event: {kind, before, after},  boards: [[clinic, local date], …]}].
-- No NOTIFY in here: it makes commits wait for each other (db/announcements.ts sends it afterwards).
-- Answers {state: 'committed'}, {state: 'stale'} (nothing done: read and judge again), {state: 'override-limit',
-- practitionerId} (nothing done) or {state: 'duplicate', hash, verdict} (this intent was judged before). An overlap, or a
-- place in a session that is gone, is error 23P01 and undoes all.
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
					status_revision = visit.status_revision, remark_revision = visit.remark_revision
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

-- What the projector reads after every change, in one statement: the present state of the rows that it was told of.
-- Removed blocks are left out; whoever asks for an id and gets none knows that it is gone.
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
				'doneAt', epoch_ms(a.done_at),
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
--> statement-breakpoint

-- What a search for free times goes by, in one statement: who offers the services, which rooms, equipment and staff
-- suit, the hours of all of them, and what is taken between two instants, by group sessions and by others. `p_practitioners` and `p_patient` may be
-- null. Rules of other weekdays than `p_weekdays` and days off outside the dates are not read.
CREATE OR REPLACE FUNCTION read_availability(
	p_organization uuid, p_clinics uuid[], p_services uuid[], p_practitioners uuid[], p_patient uuid,
	p_from timestamptz, p_until timestamptz, p_weekdays integer[]
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	service services%ROWTYPE;
	wanted jsonb := '[]';
	support jsonb := '[]';
	doctors uuid[] := '{}';
	suitable uuid[] := '{}';
	helping uuid[] := '{}';
	everything uuid[];
	offering uuid[];
	described jsonb;
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	FOR service IN SELECT s.* FROM services s WHERE s.organization_id = p_organization AND s.id = ANY (p_services) LOOP
		SELECT coalesce(jsonb_object_agg(o.practitioner_id, coalesce(o.duration_minutes, service.duration_minutes)), '{}'),
				coalesce(array_agg(o.practitioner_id), '{}')
			INTO described, offering FROM practitioner_services o
			WHERE o.organization_id = p_organization AND o.service_id = service.id
				AND (p_practitioners IS NULL OR o.practitioner_id = ANY (p_practitioners));
		wanted := wanted || (service_needs(service) || jsonb_build_object('minutesOf', described));
		doctors := doctors || offering;
		SELECT suitable || coalesce(array_agg(m.id), '{}') INTO suitable FROM rooms m
			WHERE m.organization_id = p_organization AND m.clinic_id = ANY (p_clinics) AND NOT m.removed
				AND (service.room_kind IS NULL OR m.kind = service.room_kind);
		IF service.equipment_kinds <> '{}' OR service.staff_kinds <> '{}' THEN
			SELECT support || coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'kind', s.kind,
					'capability', s.capability, 'clinicId', s.clinic_id) ORDER BY s.name, s.id), '[]'),
					helping || coalesce(array_agg(s.id), '{}')
				INTO support, helping FROM support_of(p_organization, p_clinics, service) s;
		END IF;
	END LOOP;
	SELECT coalesce(array_agg(DISTINCT u.id), '{}') INTO everything
		FROM unnest(doctors || suitable || helping || p_clinics) AS u (id);
	RETURN jsonb_build_object(
		'services', wanted,
		'clinics', coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.id, 'zone', c.zone))
			FROM clinics c WHERE c.organization_id = p_organization AND c.id = ANY (p_clinics)), '[]'),
		'practitioners', coalesce((SELECT jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) ORDER BY p.id)
			FROM practitioners p WHERE p.organization_id = p_organization AND p.id = ANY (doctors)), '[]'),
		'rooms', coalesce((SELECT jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'clinicId', m.clinic_id,
					'kind', m.kind)
				ORDER BY m.name, m.id)
			FROM rooms m WHERE m.organization_id = p_organization AND m.id = ANY (suitable)), '[]'),
		'support', support,
		'rules', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', h.resource_id, 'clinicId', h.clinic_id,
				'kind', h.kind, 'weekday', h.weekday, 'startMinute', h.start_minute, 'endMinute', h.end_minute,
				'validFrom', h.valid_from, 'validTo', h.valid_to, 'everyWeeks', h.every_weeks, 'weekOf', h.week_of))
			FROM working_hours h WHERE h.organization_id = p_organization AND h.clinic_id = ANY (p_clinics)
				AND h.weekday = ANY (p_weekdays) AND h.resource_id = ANY (everything)), '[]'),
		'exceptions', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', x.resource_id,
				'clinicId', x.clinic_id, 'kind', x.kind, 'reason', x.reason, 'firstDate', x.first_date,
				'lastDate', x.last_date, 'startMinute', x.start_minute, 'endMinute', x.end_minute))
			FROM hours_exceptions x WHERE x.organization_id = p_organization AND x.clinic_id = ANY (p_clinics)
				AND x.resource_id = ANY (everything) AND x.last_date >= p_from::date - 1 AND x.first_date <= p_until::date + 1),
			'[]'),
		'withHours', coalesce((SELECT jsonb_agg(u.id) FROM unnest(suitable || helping || p_clinics) AS u (id)
			WHERE has_hours(p_organization, u.id)), '[]'),
		'taken', coalesce((SELECT jsonb_object_agg(t.resource_id, jsonb_build_array(t.starts, t.ends)) FROM (
			SELECT c.resource_id, array_agg(epoch_ms(c.starts_at)) AS starts, array_agg(epoch_ms(c.ends_at)) AS ends
			FROM claims c
			WHERE c.organization_id = p_organization AND c.resource_id = ANY (everything || p_patient)
				-- No claim is longer than 14 hours (check claims_length): bounds the index from below.
				AND c.starts_at < p_until AND c.starts_at > p_from - interval '14 hours' AND c.ends_at > p_from
				AND (c.expires_at IS NULL OR c.expires_at > now()) AND c.place IS NULL
			GROUP BY c.resource_id) t), '{}'),
		'sessionClaims', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', c.resource_id,
				'start', epoch_ms(c.starts_at), 'end', epoch_ms(c.ends_at), 'session', session_of(c)))
			FROM claims c
			WHERE c.organization_id = p_organization AND c.resource_id = ANY (everything) AND c.place IS NOT NULL
				AND c.starts_at < p_until AND c.starts_at > p_from - interval '14 hours' AND c.ends_at > p_from
				AND (c.expires_at IS NULL OR c.expires_at > now())), '[]'));
END $$;
--> statement-breakpoint

-- Replacing a function forgets how it was set: see migration 0008.
DO $$
DECLARE hot text;
BEGIN
	FOREACH hot IN ARRAY ARRAY['read_situation', 'commit_change', 'take_hold', 'read_changed_rows'] LOOP
		EXECUTE format('ALTER FUNCTION %I SET plan_cache_mode = force_generic_plan', hot);
	END LOOP;
END $$;
