-- Bookings and searches with less work for the same answers.

DROP FUNCTION service_needs;
--> statement-breakpoint

CREATE FUNCTION service_needs(service services) RETURNS json LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN service.id IS NOT NULL THEN json_build_object(
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

DROP FUNCTION read_situation;
--> statement-breakpoint

-- What a placement is judged on. Arguments left null are taken from the appointment. Claims are those that the visit
-- would meet with its buffers. Every booking waits for this function, so it asks few times, looks at each table once,
-- and answers in `json`, which is only written down, where `jsonb` would be sorted and packed first.
CREATE FUNCTION read_situation(
	p_organization uuid, p_appointment uuid, p_clinic uuid, p_practitioner uuid, p_room uuid, p_service uuid,
	p_patient uuid, p_starts_at timestamptz, p_minutes integer
) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	visit appointments%ROWTYPE;
	service services%ROWTYPE;
	clinic_id uuid;
	clinic_zone text;
	offered uuid;
	own_minutes integer;
	room_id uuid;
	room_kind text;
	room_clinic uuid;
	patient_id uuid;
	patient_established boolean;
	patient_birth date;
	patient_sex text;
	clinic_revision integer;
	practitioner_revision integer;
	room_revision integer;
	support json := '[]';
	placed uuid[];
	working uuid[];
	rules json;
	exceptions json;
	claimed json;
	starts timestamptz;
	ends timestamptz;
	busy_from timestamptz;
	busy_until timestamptz;
	iso_weekday integer;
	local_day date;
	last_day date;
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	IF p_appointment IS NOT NULL THEN
		SELECT * INTO visit FROM appointments WHERE organization_id = p_organization AND id = p_appointment;
		p_clinic := coalesce(p_clinic, visit.clinic_id);
		p_practitioner := coalesce(p_practitioner, visit.practitioner_id);
		p_room := coalesce(p_room, visit.room_id);
		p_service := coalesce(p_service, visit.service_id);
		p_patient := coalesce(p_patient, visit.patient_id);
	END IF;
	SELECT * INTO service FROM services WHERE organization_id = p_organization AND id = p_service;
	SELECT c.id, c.zone, o.service_id, o.duration_minutes, m.id, m.kind, m.clinic_id, p.id, p.established, p.birth_date,
			p.sex
		INTO clinic_id, clinic_zone, offered, own_minutes, room_id, room_kind, room_clinic, patient_id,
			patient_established, patient_birth, patient_sex
		FROM (SELECT 1) AS one
		LEFT JOIN clinics c ON c.organization_id = p_organization AND c.id = p_clinic
		LEFT JOIN practitioner_services o ON o.organization_id = p_organization
			AND o.practitioner_id = p_practitioner AND o.service_id = p_service
		LEFT JOIN rooms m ON m.organization_id = p_organization AND m.id = p_room
			AND (NOT m.removed OR m.id = visit.room_id)
		LEFT JOIN patients p ON p.organization_id = p_organization AND p.id = p_patient;
	starts := coalesce(p_starts_at, visit.starts_at);
	ends := starts + coalesce(make_interval(mins => p_minutes), visit.ends_at - visit.starts_at,
		make_interval(mins => coalesce(own_minutes, service.duration_minutes)));
	busy_from := starts
		- make_interval(mins => greatest(service.buffer_before_minutes, service.room_buffer_before_minutes));
	busy_until := ends
		+ make_interval(mins => greatest(service.buffer_after_minutes, service.room_buffer_after_minutes));
	local_day := (starts AT TIME ZONE clinic_zone)::date;
	last_day := (ends AT TIME ZONE clinic_zone)::date;
	iso_weekday := extract(isodow FROM local_day);
	placed := ARRAY[p_practitioner, p_room, clinic_id];
	IF service.equipment_kinds <> '{}' OR service.staff_kinds <> '{}' THEN
		SELECT coalesce(json_agg(json_build_object('id', s.id, 'kind', s.kind, 'capability', s.capability,
				'hoursRevision', r.hours_revision, 'hasHours', has_hours(p_organization, s.id)) ORDER BY s.name, s.id), '[]'),
				placed || coalesce(array_agg(s.id), '{}')
			INTO support, placed
			FROM support_of(p_organization, ARRAY[clinic_id], service) s
			JOIN resources r ON r.organization_id = p_organization AND r.id = s.id;
	END IF;
	SELECT max(r.hours_revision) FILTER (WHERE r.id = clinic_id),
			max(r.hours_revision) FILTER (WHERE r.id = p_practitioner AND r.kind = 'practitioner'),
			max(r.hours_revision) FILTER (WHERE r.id = room_id)
		INTO clinic_revision, practitioner_revision, room_revision
		FROM resources r WHERE r.organization_id = p_organization AND r.id = ANY (ARRAY[p_practitioner, p_room, clinic_id]);
	SELECT json_agg(json_build_object('resourceId', h.resource_id, 'kind', h.kind,
				'weekday', h.weekday, 'startMinute', h.start_minute, 'endMinute', h.end_minute,
				'validFrom', h.valid_from, 'validTo', h.valid_to, 'everyWeeks', h.every_weeks, 'weekOf', h.week_of))
			FILTER (WHERE h.clinic_id = p_clinic
				AND (h.weekday = iso_weekday
					OR (h.weekday = iso_weekday % 7 + 1 AND last_day > local_day)
					-- The night before, past midnight.
					OR (h.weekday = (iso_weekday + 5) % 7 + 1 AND h.end_minute > 1440))
				AND (h.valid_from IS NULL OR h.valid_from <= last_day)
				AND (h.valid_to IS NULL OR h.valid_to >= local_day - 1)),
			array_agg(h.resource_id) FILTER (WHERE h.kind = 'work')
		INTO rules, working
		FROM working_hours h WHERE h.organization_id = p_organization AND h.resource_id = ANY (placed);
	SELECT json_agg(json_build_object('resourceId', x.resource_id, 'kind', x.kind,
				'reason', x.reason, 'firstDate', x.first_date, 'lastDate', x.last_date, 'startMinute', x.start_minute,
				'endMinute', x.end_minute))
		INTO exceptions
		FROM hours_exceptions x
		WHERE x.organization_id = p_organization AND x.resource_id = ANY (placed) AND x.clinic_id = p_clinic
			AND x.last_date >= local_day - 1 AND x.first_date <= last_day;
	SELECT json_agg(json_build_object('resourceId', c.resource_id,
				'start', epoch_ms(c.starts_at), 'end', epoch_ms(c.ends_at),
				'appointmentId', c.appointment_id, 'blockId', c.block_id, 'holdId', c.hold_id,
				'expiresAt', epoch_ms(c.expires_at), 'holdOwner', CASE WHEN c.hold_id IS NOT NULL THEN
					(SELECT h.owner FROM holds h WHERE h.organization_id = p_organization AND h.id = c.hold_id) END,
				'session', CASE WHEN c.place IS NOT NULL THEN session_of(c) END))
		INTO claimed
		FROM claims c
		WHERE c.organization_id = p_organization AND c.resource_id = ANY (placed || p_patient)
			-- No claim is longer than 14 hours (check claims_length): bounds the index from below.
			AND c.starts_at < busy_until AND c.starts_at > busy_from - interval '14 hours' AND c.ends_at > busy_from
			AND (p_appointment IS NULL OR c.appointment_id IS DISTINCT FROM p_appointment);
	RETURN json_build_object(
		'appointment', CASE WHEN visit.id IS NOT NULL THEN to_jsonb(visit)
			|| jsonb_build_object('starts_at', epoch_ms(visit.starts_at), 'ends_at', epoch_ms(visit.ends_at)) END,
		'clinic', CASE WHEN clinic_revision IS NOT NULL THEN json_build_object('id', clinic_id, 'zone', clinic_zone,
			'hoursRevision', clinic_revision, 'hasHours', clinic_id = ANY (coalesce(working, '{}'))) END,
		'service', service_needs(service),
		'practitioner', CASE WHEN practitioner_revision IS NOT NULL THEN json_build_object('id', p_practitioner,
			'hoursRevision', practitioner_revision, 'offersService', offered IS NOT NULL,
			'durationMinutes', coalesce(own_minutes, service.duration_minutes)) END,
		'room', CASE WHEN room_revision IS NOT NULL THEN json_build_object('id', room_id, 'hoursRevision', room_revision,
			'kind', room_kind, 'clinicId', room_clinic, 'hasHours', room_id = ANY (coalesce(working, '{}'))) END,
		'patient', CASE WHEN patient_id IS NOT NULL THEN json_build_object('id', patient_id,
			'established', patient_established, 'birthDate', patient_birth, 'sex', patient_sex) END,
		'support', support,
		'rules', coalesce(rules, '[]'), 'exceptions', coalesce(exceptions, '[]'), 'claims', coalesce(claimed, '[]'));
END $$;
--> statement-breakpoint

ALTER FUNCTION read_situation SET plan_cache_mode = force_generic_plan;
--> statement-breakpoint

-- The search for free times in few statements: what it goes by is read once, what is taken in large pieces and as
-- PostgreSQL keeps it.

-- What is taken of some resources between two instants. `taken`: by resource, in base64, start and end of each stretch
-- as PostgreSQL sends instants (microseconds since 2000, eight bytes), earliest start first. `sessionClaims`: what group
-- sessions take beside that, patient by patient.
CREATE FUNCTION taken_between(p_organization uuid, p_resources uuid[], p_from timestamptz, p_until timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object(
		'taken', coalesce((SELECT jsonb_object_agg(t.resource_id, encode(t.spans, 'base64')) FROM (
			SELECT c.resource_id,
				string_agg(timestamptz_send(c.starts_at) || timestamptz_send(c.ends_at), '' ORDER BY c.starts_at) AS spans
			FROM claims c
			WHERE c.organization_id = p_organization AND c.resource_id = ANY (p_resources)
				-- No claim is longer than 14 hours (check claims_length): bounds the index from below.
				AND c.starts_at < p_until AND c.starts_at > p_from - interval '14 hours' AND c.ends_at > p_from
				AND (c.expires_at IS NULL OR c.expires_at > now()) AND c.place IS NULL
			GROUP BY c.resource_id) t), '{}'),
		'sessionClaims', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', c.resource_id,
				'start', epoch_ms(c.starts_at), 'end', epoch_ms(c.ends_at), 'session', session_of(c)))
			FROM claims c
			WHERE c.organization_id = p_organization AND c.resource_id = ANY (p_resources) AND c.place IS NOT NULL
				AND c.starts_at < p_until AND c.starts_at > p_from - interval '14 hours' AND c.ends_at > p_from
				AND (c.expires_at IS NULL OR c.expires_at > now())), '[]')) $$;
--> statement-breakpoint

-- The same around some local dates, wherever the clinics are: every zone lies within 14 hours of UTC, and a visit at
-- midnight meets what is taken within three hours on the other side of it.
CREATE FUNCTION read_taken(p_organization uuid, p_resources uuid[], p_first date, p_last date)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	RETURN taken_between(p_organization, p_resources, p_first::timestamp AT TIME ZONE 'UTC' - interval '17 hours',
		p_last::timestamp AT TIME ZONE 'UTC' + interval '39 hours');
END $$;
--> statement-breakpoint

DROP FUNCTION read_availability;
--> statement-breakpoint

-- What a search for free times goes by, in one statement: who offers the services, which rooms, devices and people
-- suit, when they and the clinics are there on the given dates (sorted), and what is taken on as many of these, from
-- the first on, as make `p_doctor_days` with the doctors that there are. Rules are those of all dates with
-- `p_all_rules`, else those of the dates whose claims are read; `weekdays` says which. `p_practitioners` and
-- `p_patient` may be null.
CREATE FUNCTION read_availability(
	p_organization uuid, p_clinics uuid[], p_services uuid[], p_practitioners uuid[], p_patient uuid,
	p_dates date[], p_doctor_days integer, p_all_rules boolean
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
	days integer;
	weekdays integer[];
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	FOR service IN SELECT s.* FROM services s WHERE s.organization_id = p_organization AND s.id = ANY (p_services) LOOP
		SELECT coalesce(jsonb_object_agg(o.practitioner_id, coalesce(o.duration_minutes, service.duration_minutes)), '{}'),
				coalesce(array_agg(o.practitioner_id), '{}')
			INTO described, offering FROM practitioner_services o
			WHERE o.organization_id = p_organization AND o.service_id = service.id
				AND (p_practitioners IS NULL OR o.practitioner_id = ANY (p_practitioners));
		wanted := wanted || (service_needs(service)::jsonb || jsonb_build_object('minutesOf', described));
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
	doctors := ARRAY(SELECT DISTINCT u.id FROM unnest(doctors) AS u (id));
	everything := ARRAY(SELECT DISTINCT u.id FROM unnest(doctors || suitable || helping || p_clinics) AS u (id));
	days := least(cardinality(p_dates), greatest(1, p_doctor_days / greatest(1, cardinality(doctors))));
	-- Rules of the day before may reach past midnight, and those of the day after go on from there.
	weekdays := ARRAY(SELECT DISTINCT extract(isodow FROM date + step)::integer
		FROM unnest(CASE WHEN p_all_rules THEN p_dates ELSE p_dates[1:days] END) AS date, generate_series(-1, 1) AS step);
	RETURN jsonb_build_object(
		'services', wanted,
		'days', days,
		'weekdays', weekdays,
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
				AND h.weekday = ANY (weekdays) AND h.resource_id = ANY (everything)), '[]'),
		'exceptions', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', x.resource_id,
				'clinicId', x.clinic_id, 'kind', x.kind, 'reason', x.reason, 'firstDate', x.first_date,
				'lastDate', x.last_date, 'startMinute', x.start_minute, 'endMinute', x.end_minute))
			FROM hours_exceptions x WHERE x.organization_id = p_organization AND x.clinic_id = ANY (p_clinics)
				AND x.resource_id = ANY (everything) AND x.last_date >= p_dates[1] - 1
				AND x.first_date <= p_dates[cardinality(p_dates)] + 1), '[]'),
		'withHours', coalesce((SELECT jsonb_agg(u.id) FROM unnest(suitable || helping || p_clinics) AS u (id)
			WHERE has_hours(p_organization, u.id)), '[]'))
		|| taken_between(p_organization, everything || p_patient,
			p_dates[1]::timestamp AT TIME ZONE 'UTC' - interval '17 hours',
			p_dates[days]::timestamp AT TIME ZONE 'UTC' + interval '39 hours');
END $$;
