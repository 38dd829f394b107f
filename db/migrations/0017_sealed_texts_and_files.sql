-- Notes on visits are stored sealed (db/encryption/visit-texts.ts), and the database takes no others.

CREATE FUNCTION is_sealed(p_text text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT p_text IS NULL OR p_text = '' OR p_text ~ '^1\.[1-9][0-9]{0,9}\.[A-Za-z0-9_-]{38,}$' $$;
--> statement-breakpoint
-- Not validated: what was written before is sealed at the next start, which then validates both
-- (db/encryption/old-texts.ts).
ALTER TABLE appointments ADD CONSTRAINT appointments_texts_sealed
	CHECK (is_sealed(remark) AND is_sealed(override_reason)) NOT VALID;
--> statement-breakpoint
ALTER TABLE events ADD CONSTRAINT events_texts_sealed
	CHECK (is_sealed(before ->> 'remark') AND is_sealed(before ->> 'overrideReason')
		AND is_sealed(after ->> 'remark') AND is_sealed(after ->> 'overrideReason')) NOT VALID;
--> statement-breakpoint

-- Files that are being put into the store or taken out of it. One that still stands here after an hour was left
-- behind by a process that died: whoever finds it deletes the file (domain/documents/commands/unsettled-files.ts).
CREATE TABLE "unsettled_files" (
	"organization_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "unsettled_files_organization_id_document_id_pk" PRIMARY KEY("organization_id","document_id")
);
--> statement-breakpoint
ALTER TABLE "unsettled_files" ADD CONSTRAINT "unsettled_files_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE unsettled_files ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE unsettled_files FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON unsettled_files USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON unsettled_files TO dayboard_app;
