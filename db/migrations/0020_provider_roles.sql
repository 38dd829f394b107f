-- Roles that follow from an organization's provider, and whose an e-mail domain is.

ALTER TABLE "role_assignments" ADD COLUMN "from_provider" boolean DEFAULT false NOT NULL;
--> statement-breakpoint

-- Which of the domains are in use elsewhere: another organization's provider has them, or its people sign in with
-- addresses of them. Only one organization may send a domain's people to its provider. Whoever asks at the same time
-- waits until the first has saved.
CREATE FUNCTION domains_elsewhere(p_organization uuid, p_domains text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	found text[];
BEGIN
	PERFORM pg_advisory_xact_lock(4120253);
	PERFORM set_config('dayboard.purpose', 'find-organization', true);
	SELECT array_agg(d) INTO found FROM unnest(p_domains) d WHERE EXISTS (
		SELECT 1 FROM identity_providers p WHERE p.organization_id <> p_organization AND d = ANY (p.domains)
	) OR EXISTS (
		SELECT 1 FROM users u WHERE u.organization_id <> p_organization AND u.active AND right(u.email, length(d) + 1) = '@' || d
	);
	PERFORM set_config('dayboard.purpose', '', true);
	RETURN coalesce(found, '{}');
END $$;
