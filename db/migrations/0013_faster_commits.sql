-- The search for free times in few statements: what it goes by is read once, what is taken in large pieces and as
-- PostgreSQL keeps it.

-- What is taken of some resources between two instants. `taken`: by resource, in base64, start and end of each stretch
-- as PostgreSQL sends instants (microseconds since 2000, eight bytes), earliest start first. `sessionClaims`: what group sessions take beside that, patient by patient.
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
