-- What must never happen, refused by the database itself.

-- No resource is taken twice at one time. Deferrable, so that two visits can be exchanged in one transaction.
ALTER TABLE claims ADD CONSTRAINT claims_no_overlap
	EXCLUDE USING gist (resource_id WITH =, busy WITH &&) WHERE (exclusive) DEFERRABLE INITIALLY IMMEDIATE;
--> statement-breakpoint
CREATE INDEX patients_search ON patients USING gin (search_text gin_trgm_ops);
--> statement-breakpoint

-- Row-level security, forced: a query that forgets its `where` still stays inside one organization. The setting is
-- made in the transaction by db/transaction.ts or by the functions of migration 0003, nowhere else.
CREATE FUNCTION current_organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
	$$ SELECT nullif(current_setting('dayboard.organization_id', true), '')::uuid $$;
--> statement-breakpoint
DO $$
DECLARE name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['clinics', 'resources', 'practitioners', 'rooms', 'services',
		'practitioner_services', 'working_hours', 'patients', 'appointments', 'blocks', 'claims', 'verdicts', 'events',
		'users', 'role_assignments', 'sessions', 'api_tokens']
	LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
		EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY own_organization ON %I USING (organization_id = current_organization())', name);
	END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON organizations USING (id = current_organization());
--> statement-breakpoint

-- Signing in has to find out which organization somebody belongs to: by e-mail, or by the hash of a secret.
DO $$
DECLARE name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['organizations', 'users', 'sessions', 'api_tokens'] LOOP
		EXECUTE format($p$CREATE POLICY finding_organization ON %I
			USING (current_setting('dayboard.purpose', true) = 'find-organization')$p$, name);
	END LOOP;
END $$;
--> statement-breakpoint

-- What the application's role may do. It owns nothing; events and verdicts are append-only for it.
GRANT USAGE ON SCHEMA public TO dayboard_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON organizations, clinics, resources, practitioners, rooms, services, patients,
	appointments, blocks, users TO dayboard_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON practitioner_services, working_hours, role_assignments, sessions, api_tokens,
	claims TO dayboard_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON verdicts, events TO dayboard_app;
--> statement-breakpoint

-- Whoever holds sockets open for a session is told that it ended, however it ended.
CREATE FUNCTION tell_session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('dayboard_sessions', OLD.id);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER session_ended AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION tell_session_ended();
