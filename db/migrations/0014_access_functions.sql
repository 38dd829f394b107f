-- Who may see and write the tables of people and access, and who is behind a session with its roles.

DO $$
DECLARE name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['roles', 'audit_entries', 'audit_chain', 'data_keys', 'documents', 'second_factors',
		'recovery_codes', 'pending_sign_ins', 'account_links', 'identity_providers', 'provider_identities',
		'provider_flows']
	LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
		EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY own_organization ON %I USING (organization_id = current_organization())', name);
	END LOOP;
END $$;
--> statement-breakpoint

-- What somebody brings who is not signed in: a link's secret, a cookie's, the provider's `state`, an e-mail's domain.
DO $$
DECLARE name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['account_links', 'pending_sign_ins', 'provider_flows', 'identity_providers'] LOOP
		EXECUTE format($p$CREATE POLICY finding_organization ON %I FOR SELECT
			USING (current_setting('dayboard.purpose', true) = 'find-organization')$p$, name);
	END LOOP;
END $$;
--> statement-breakpoint

-- The audit and the keys are append-only for the application: it can neither change nor take away a row.
GRANT SELECT, INSERT ON audit_entries, audit_chain TO dayboard_app;
--> statement-breakpoint
-- A key is wrapped anew when the operator's key changes; none is ever deleted.
GRANT SELECT, INSERT, UPDATE ON data_keys, documents TO dayboard_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON roles, second_factors, recovery_codes, pending_sign_ins, account_links,
	identity_providers, provider_identities, provider_flows TO dayboard_app;
--> statement-breakpoint

-- Administrators are of a clinic or of the whole organization now. Forced row-level security would hide the rows from
-- an owner that is no superuser.
ALTER TABLE role_assignments NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
UPDATE role_assignments SET role = CASE WHEN clinic_id IS NULL THEN 'organization-administrator'
	ELSE 'clinic-administrator' END WHERE role = 'administrator';
--> statement-breakpoint
ALTER TABLE role_assignments FORCE ROW LEVEL SECURITY;
--> statement-breakpoint

-- A role is built in or one of the organization's own; a foreign key cannot say so.
CREATE FUNCTION role_exists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.role LIKE 'own-%' AND NOT EXISTS (
		SELECT 1 FROM roles WHERE organization_id = NEW.organization_id AND key = NEW.role FOR SHARE
	) THEN
		RAISE foreign_key_violation USING MESSAGE = 'there is no such role', CONSTRAINT = 'role_assignments_role';
	END IF;
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER role_assignments_role BEFORE INSERT OR UPDATE ON role_assignments
	FOR EACH ROW EXECUTE FUNCTION role_exists();
--> statement-breakpoint
CREATE FUNCTION role_unused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM role_assignments WHERE organization_id = OLD.organization_id AND role = OLD.key) THEN
		RAISE foreign_key_violation USING MESSAGE = 'somebody has this role', CONSTRAINT = 'roles_in_use';
	END IF;
	RETURN OLD;
END $$;
--> statement-breakpoint
CREATE TRIGGER roles_in_use BEFORE DELETE ON roles FOR EACH ROW EXECUTE FUNCTION role_unused();
--> statement-breakpoint

-- Who a session or token belongs to, expired or not; nobody for an account that was closed. A role that the
-- organization made brings along what it may do. `p_is_use`: whoever asks is using it, so that it goes on.
CREATE OR REPLACE FUNCTION find_signed_in(p_kind text, p_hash text, p_is_use boolean) RETURNS jsonb
LANGUAGE plpgsql AS $$
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
					'practitionerId', a.practitioner_id, 'patientId', a.patient_id)
					|| CASE WHEN r.key IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('grants', r.grants,
					'roleName', r.name) END
					ORDER BY a.id)
				FROM role_assignments a
				LEFT JOIN roles r ON r.organization_id = a.organization_id AND r.key = a.role
				WHERE a.organization_id = u.organization_id AND a.user_id = u.id), '[]'::jsonb))
		FROM users u WHERE u.organization_id = found_organization AND u.id = found_user AND u.active);
END $$;
