-- Drafts of a day. What is in one is a kept document; here stands whose it is, and what became of it.
CREATE TABLE drafts (
	organization_id uuid NOT NULL,
	id uuid NOT NULL,
	clinic_id uuid NOT NULL,
	date date NOT NULL,
	sealed_title text NOT NULL,
	state text DEFAULT 'open' NOT NULL,
	made_by uuid NOT NULL,
	made_at timestamp with time zone DEFAULT now() NOT NULL,
	ended_by uuid,
	ended_at timestamp with time zone,
	CONSTRAINT drafts_organization_id_id_pk PRIMARY KEY (organization_id, id),
	CONSTRAINT drafts_sealed CHECK (sealed_title <> '' AND is_sealed(sealed_title)),
	CONSTRAINT drafts_state CHECK (state IN ('open', 'committed', 'dropped')),
	CONSTRAINT drafts_ended CHECK ((state = 'open') = (ended_at IS NULL) AND (state = 'open') = (ended_by IS NULL)),
	CONSTRAINT drafts_organization_id_organizations_id_fk FOREIGN KEY (organization_id) REFERENCES organizations (id),
	CONSTRAINT drafts_clinic FOREIGN KEY (organization_id, clinic_id) REFERENCES clinics (organization_id, id),
	CONSTRAINT drafts_made_by FOREIGN KEY (organization_id, made_by) REFERENCES users (organization_id, id),
	CONSTRAINT drafts_ended_by FOREIGN KEY (organization_id, ended_by) REFERENCES users (organization_id, id)
);
--> statement-breakpoint
CREATE INDEX drafts_open ON drafts (organization_id, clinic_id, date) WHERE state = 'open';
--> statement-breakpoint
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE drafts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON drafts USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (sealed_title, state, ended_by, ended_at) ON drafts TO dayboard_app;
--> statement-breakpoint
-- As commit_change, for the changes of a draft: the draft is over with them, in one transaction. Whoever comes second
-- waits for the first, and finds that it is.
CREATE FUNCTION commit_draft(
	p_organization uuid, p_user uuid, p_intent text, p_hash text, p_change jsonb, p_draft uuid
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	draft drafts%ROWTYPE;
	stored verdicts%ROWTYPE;
	outcome jsonb;
BEGIN
	PERFORM set_config('dayboard.organization_id', p_organization::text, true);
	SELECT * INTO draft FROM drafts WHERE organization_id = p_organization AND id = p_draft FOR UPDATE;
	IF draft.state IS DISTINCT FROM 'open' THEN
		-- It may have been this very intent that carried it out.
		SELECT * INTO stored FROM verdicts
			WHERE organization_id = p_organization AND user_id = p_user AND intent_id = p_intent;
		IF FOUND THEN
			RETURN jsonb_build_object('state', 'duplicate', 'hash', stored.intent_hash, 'verdict', stored.verdict);
		END IF;
		RETURN '{"state": "draft-over"}';
	END IF;
	outcome := commit_change(p_organization, p_user, p_intent, p_hash, p_change);
	IF outcome ->> 'state' = 'committed' THEN
		UPDATE drafts SET state = 'committed', ended_by = p_user, ended_at = now()
			WHERE organization_id = p_organization AND id = p_draft;
		INSERT INTO audit_entries (organization_id, actor_user_id, address, request_id, kind, subject_kind, subject_id,
				clinic_id, detail)
			VALUES (p_organization, p_user, nullif(current_setting('dayboard.address', true), ''), p_intent,
				'draft-committed', 'draft', p_draft, draft.clinic_id,
				jsonb_build_object('date', draft.date, 'changes', jsonb_array_length(p_change -> 'parts')));
	END IF;
	RETURN outcome;
END $$;
