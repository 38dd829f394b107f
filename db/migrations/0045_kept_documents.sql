-- Documents that people edit together and that stay: handover notes of a clinic's day, notes on a visit, drafts. What
-- is in one is a Yjs state, sealed whole (db/schema/kept.ts).
CREATE TABLE "kept_documents" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"clinic_id" uuid,
	"day" date,
	"appointment_id" uuid,
	"sealed_state" text NOT NULL,
	"byte_count" integer NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_by" uuid NOT NULL,
	CONSTRAINT "kept_documents_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "kept_documents_place" CHECK ((kind = 'handover' AND clinic_id IS NOT NULL AND day IS NOT NULL AND appointment_id IS NULL)
		OR (kind = 'visit-note' AND appointment_id IS NOT NULL AND clinic_id IS NULL AND day IS NULL)
		OR (kind = 'draft' AND clinic_id IS NULL AND day IS NULL AND appointment_id IS NULL)),
	CONSTRAINT "kept_documents_sealed" CHECK (sealed_state <> '' AND is_sealed(sealed_state)),
	CONSTRAINT "kept_documents_size" CHECK (byte_count between 1 and 1048576)
);
--> statement-breakpoint
ALTER TABLE "kept_documents" ADD CONSTRAINT "kept_documents_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "kept_documents" ADD CONSTRAINT "kept_documents_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "kept_documents" ADD CONSTRAINT "kept_documents_organization_id_appointment_id_appointments_organization_id_id_fk" FOREIGN KEY ("organization_id","appointment_id") REFERENCES "public"."appointments"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "kept_documents" ADD CONSTRAINT "kept_documents_organization_id_changed_by_users_organization_id_id_fk" FOREIGN KEY ("organization_id","changed_by") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "kept_documents_day" ON "kept_documents" USING btree ("organization_id","clinic_id","day");
--> statement-breakpoint
CREATE UNIQUE INDEX "kept_documents_appointment" ON "kept_documents" USING btree ("organization_id","appointment_id");
--> statement-breakpoint
ALTER TABLE kept_documents ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE kept_documents FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON kept_documents USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON kept_documents TO dayboard_app;
