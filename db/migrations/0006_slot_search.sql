-- What a search for free times goes by, in one statement: who offers the service, which rooms suit, their weekly
-- rules on some weekdays, and what is taken between two instants. `p_practitioners` and `p_patient` may be null.
CREATE FUNCTION read_availability(
	p_organization uuid, p_clinics uuid[], p_service uuid, p_practitioners uuid[], p_patient uuid,
	p_from timestamptz, p_until timestamptz, p_weekdays integer[]
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	service services%ROWTYPE;
	doctors uuid[];
	suitable uuid[];
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	SELECT * INTO service FROM services WHERE organization_id = p_organization AND id = p_service;
	SELECT coalesce(array_agg(o.practitioner_id), '{}') INTO doctors FROM practitioner_services o
		WHERE o.organization_id = p_organization AND o.service_id = p_service
			AND (p_practitioners IS NULL OR o.practitioner_id = ANY (p_practitioners));
	SELECT coalesce(array_agg(m.id), '{}') INTO suitable FROM rooms m
		WHERE m.organization_id = p_organization AND m.clinic_id = ANY (p_clinics)
			AND (service.room_kind IS NULL OR m.kind = service.room_kind);
	RETURN jsonb_build_object(
		'service', CASE WHEN service.id IS NULL THEN NULL ELSE jsonb_build_object(
			'id', service.id, 'durationMinutes', service.duration_minutes,
			'bufferBeforeMinutes', service.buffer_before_minutes, 'bufferAfterMinutes', service.buffer_after_minutes,
			'roomKind', service.room_kind) END,
		'clinics', coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.id, 'zone', c.zone))
			FROM clinics c WHERE c.organization_id = p_organization AND c.id = ANY (p_clinics)), '[]'),
		'practitioners', coalesce((SELECT jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) ORDER BY p.id)
			FROM practitioners p WHERE p.organization_id = p_organization AND p.id = ANY (doctors)), '[]'),
		'rooms', coalesce((SELECT jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'clinicId', m.clinic_id)
				ORDER BY m.name, m.id)
			FROM rooms m WHERE m.organization_id = p_organization AND m.id = ANY (suitable)), '[]'),
		'rules', coalesce((SELECT jsonb_agg(jsonb_build_object('resourceId', h.resource_id, 'clinicId', h.clinic_id,
				'kind', h.kind, 'weekday', h.weekday, 'startMinute', h.start_minute, 'endMinute', h.end_minute,
				'validFrom', h.valid_from, 'validTo', h.valid_to))
			FROM working_hours h WHERE h.organization_id = p_organization AND h.clinic_id = ANY (p_clinics)
				AND h.weekday = ANY (p_weekdays) AND h.resource_id = ANY (doctors || suitable)), '[]'),
		'taken', coalesce((SELECT jsonb_object_agg(t.resource_id, t.spans) FROM (
			SELECT c.resource_id, jsonb_agg(jsonb_build_array(epoch_ms(c.starts_at), epoch_ms(c.ends_at))) AS spans
			FROM claims c
			WHERE c.organization_id = p_organization AND c.resource_id = ANY (doctors || suitable || p_patient)
				-- No claim is longer than 14 hours (check claims_length): bounds the index from below.
				AND c.starts_at < p_until AND c.starts_at > p_from - interval '14 hours' AND c.ends_at > p_from
				AND c.exclusive
			GROUP BY c.resource_id) t), '{}'));
END $$;
