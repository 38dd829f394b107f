-- Sessions by their organization's rules, and wrong passwords.

ALTER TABLE ended_sessions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ended_sessions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON ended_sessions USING (organization_id = current_organization());
--> statement-breakpoint
CREATE POLICY finding_organization ON ended_sessions FOR SELECT
	USING (current_setting('dayboard.purpose', true) = 'find-organization');
--> statement-breakpoint
ALTER TABLE sign_in_attempts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_in_attempts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY signing_in ON sign_in_attempts
	USING (current_setting('dayboard.purpose', true) = 'find-organization');
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON ended_sessions TO dayboard_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO dayboard_app;
--> statement-breakpoint

-- What an organization chose, or the product's own: 12 hours without use, a week in all, ten devices.
CREATE FUNCTION session_setting(p_organization uuid, p_name text) RETURNS integer LANGUAGE sql STABLE AS $$
	SELECT coalesce((SELECT (settings -> 'sessions' ->> p_name)::integer FROM organizations WHERE id = p_organization),
		CASE p_name WHEN 'idleMinutes' THEN 720 WHEN 'maxHours' THEN 168 WHEN 'devices' THEN 10 END) $$;
--> statement-breakpoint

-- When a session that is used now ends if it is not used again.
CREATE FUNCTION session_end(p_organization uuid, p_created_at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
	SELECT least(now() + make_interval(mins => session_setting(p_organization, 'idleMinutes')),
		p_created_at + make_interval(hours => session_setting(p_organization, 'maxHours'))) $$;
--> statement-breakpoint

-- A session is in use. Written at most once a minute.
CREATE FUNCTION touch_session(p_organization uuid, p_hash text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	UPDATE sessions SET last_used_at = now(), expires_at = session_end(organization_id, created_at)
		WHERE organization_id = p_organization AND id = p_hash AND expires_at > now()
			AND last_used_at < now() - interval '1 minute';
END $$;
--> statement-breakpoint

DROP FUNCTION find_signed_in;
--> statement-breakpoint
-- Who a session or token belongs to, expired or not. `p_is_use`: whoever asks is using it, so that it goes on.
CREATE FUNCTION find_signed_in(p_kind text, p_hash text, p_is_use boolean) RETURNS jsonb LANGUAGE plpgsql AS $$
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
	IF p_kind = 'session' THEN
		-- The rule of today holds for the sessions of yesterday.
		SELECT least(s.expires_at, session_end(s.organization_id, s.created_at)) INTO found_expiry
			FROM sessions s WHERE s.organization_id = found_organization AND s.id = p_hash;
		IF p_is_use AND found_expiry > now() THEN
			PERFORM touch_session(found_organization, p_hash);
		END IF;
	END IF;
	RETURN (SELECT jsonb_build_object('organizationId', u.organization_id, 'userId', u.id, 'name', u.name,
			'expiresAt', epoch_ms(found_expiry), 'scopes', to_jsonb(found_scopes),
			'roles', coalesce((SELECT jsonb_agg(jsonb_build_object('role', a.role, 'clinicId', a.clinic_id,
				'practitionerId', a.practitioner_id)) FROM role_assignments a
				WHERE a.organization_id = u.organization_id AND a.user_id = u.id), '[]'::jsonb))
		FROM users u WHERE u.organization_id = found_organization AND u.id = found_user);
END $$;
--> statement-breakpoint
ALTER FUNCTION find_signed_in SET plan_cache_mode = force_generic_plan;
