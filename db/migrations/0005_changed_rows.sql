-- What the projector reads after every change, in one statement: the present state of the rows that it was told of.
-- Removed blocks are left out; whoever asks for an id and gets none knows that it is gone.
CREATE FUNCTION read_changed_rows(p_organization uuid, p_appointments uuid[], p_blocks uuid[])
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	RETURN jsonb_build_object(
		'visits', coalesce((SELECT jsonb_agg(jsonb_build_object(
				'id', a.id, 'clinicId', a.clinic_id, 'practitionerId', a.practitioner_id, 'roomId', a.room_id,
				'serviceId', a.service_id, 'startsAt', epoch_ms(a.starts_at), 'endsAt', epoch_ms(a.ends_at),
				'status', a.status, 'newPatient', a.new_patient, 'source', a.source, 'revision', a.revision,
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
