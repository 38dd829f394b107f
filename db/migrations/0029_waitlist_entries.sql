CREATE TABLE "waitlist_clinics" (
	"organization_id" uuid NOT NULL,
	"entry_id" uuid NOT NULL,
	"clinic_id" uuid NOT NULL,
	CONSTRAINT "waitlist_clinics_organization_id_entry_id_clinic_id_pk" PRIMARY KEY("organization_id","entry_id","clinic_id")
);
--> statement-breakpoint
CREATE TABLE "waitlist_entries" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"patient_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"urgency" text NOT NULL,
	"first_date" date NOT NULL,
	"last_date" date NOT NULL,
	"weekdays" smallint NOT NULL,
	"from_minute" smallint NOT NULL,
	"until_minute" smallint NOT NULL,
	"notice_minutes" integer NOT NULL,
	"sealed_note" text,
	"source" text NOT NULL,
	"made_by" uuid NOT NULL,
	"waiting_since" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"revision" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "waitlist_entries_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "waitlist_entries_dates" CHECK ("waitlist_entries"."first_date" <= "waitlist_entries"."last_date"),
	CONSTRAINT "waitlist_entries_weekdays" CHECK ("waitlist_entries"."weekdays" between 1 and 127),
	CONSTRAINT "waitlist_entries_minutes" CHECK ("waitlist_entries"."from_minute" >= 0 and "waitlist_entries"."from_minute" < "waitlist_entries"."until_minute" and "waitlist_entries"."until_minute" <= 1440),
	CONSTRAINT "waitlist_entries_notice" CHECK ("waitlist_entries"."notice_minutes" between 0 and 20160),
	CONSTRAINT "waitlist_entries_ended" CHECK (("waitlist_entries"."ended_at" is null) = ("waitlist_entries"."state" = 'waiting'))
);
--> statement-breakpoint
CREATE TABLE "waitlist_practitioners" (
	"organization_id" uuid NOT NULL,
	"entry_id" uuid NOT NULL,
	"practitioner_id" uuid NOT NULL,
	CONSTRAINT "waitlist_practitioners_organization_id_entry_id_practitioner_id_pk" PRIMARY KEY("organization_id","entry_id","practitioner_id")
);
--> statement-breakpoint
ALTER TABLE "waitlist_clinics" ADD CONSTRAINT "waitlist_clinics_organization_id_entry_id_waitlist_entries_organization_id_id_fk" FOREIGN KEY ("organization_id","entry_id") REFERENCES "public"."waitlist_entries"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waitlist_clinics" ADD CONSTRAINT "waitlist_clinics_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waitlist_entries" ADD CONSTRAINT "waitlist_entries_organization_id_patient_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","patient_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waitlist_entries" ADD CONSTRAINT "waitlist_entries_organization_id_service_id_services_organization_id_id_fk" FOREIGN KEY ("organization_id","service_id") REFERENCES "public"."services"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waitlist_entries" ADD CONSTRAINT "waitlist_entries_organization_id_made_by_users_organization_id_id_fk" FOREIGN KEY ("organization_id","made_by") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waitlist_practitioners" ADD CONSTRAINT "waitlist_practitioners_organization_id_entry_id_waitlist_entries_organization_id_id_fk" FOREIGN KEY ("organization_id","entry_id") REFERENCES "public"."waitlist_entries"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waitlist_practitioners" ADD CONSTRAINT "waitlist_practitioners_organization_id_practitioner_id_practitioners_organization_id_id_fk" FOREIGN KEY ("organization_id","practitioner_id") REFERENCES "public"."practitioners"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "waitlist_entries_once" ON "waitlist_entries" USING btree ("organization_id","patient_id","service_id") WHERE "waitlist_entries"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "waitlist_entries_patient" ON "waitlist_entries" USING btree ("organization_id","patient_id");
--> statement-breakpoint
ALTER TABLE waitlist_entries ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE waitlist_entries FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON waitlist_entries USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON waitlist_entries TO dayboard_app;
--> statement-breakpoint
ALTER TABLE waitlist_clinics ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE waitlist_clinics FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON waitlist_clinics USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON waitlist_clinics TO dayboard_app;
--> statement-breakpoint
ALTER TABLE waitlist_practitioners ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE waitlist_practitioners FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON waitlist_practitioners USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON waitlist_practitioners TO dayboard_app;
