CREATE TABLE "closed_addresses" (
	"organization_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"address_hash" text NOT NULL,
	"reason" text NOT NULL,
	"closed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "closed_addresses_organization_id_channel_address_hash_pk" PRIMARY KEY("organization_id","channel","address_hash")
);
--> statement-breakpoint
CREATE TABLE "message_attempts" (
	"organization_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"channel" text NOT NULL,
	"outcome" text NOT NULL,
	"provider_id" text,
	"response" text DEFAULT '' NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "message_attempts_organization_id_message_id_number_pk" PRIMARY KEY("organization_id","message_id","number"),
	CONSTRAINT "message_attempts_response" CHECK (length("message_attempts"."response") <= 500)
);
--> statement-breakpoint
CREATE TABLE "message_links" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"action" text NOT NULL,
	"patient_id" uuid NOT NULL,
	"appointment_id" uuid,
	"message_id" uuid,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "message_links_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "message_links_id" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "message_rules" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"clinic_id" uuid,
	"service_id" uuid,
	"enabled" boolean DEFAULT true NOT NULL,
	"offset_minutes" integer DEFAULT 0 NOT NULL,
	"local_minute" smallint,
	"quiet_from_minute" smallint DEFAULT 1260 NOT NULL,
	"quiet_until_minute" smallint DEFAULT 480 NOT NULL,
	"channels" text[] NOT NULL,
	"templates" jsonb NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "message_rules_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "message_rules_once" UNIQUE NULLS NOT DISTINCT("organization_id","kind","clinic_id","service_id"),
	CONSTRAINT "message_rules_local" CHECK ("message_rules"."local_minute" between 0 and 1439),
	CONSTRAINT "message_rules_quiet" CHECK ("message_rules"."quiet_from_minute" between 0 and 1439 and "message_rules"."quiet_until_minute" between 0 and 1439),
	CONSTRAINT "message_rules_offset" CHECK (abs("message_rules"."offset_minutes") <= 525600),
	CONSTRAINT "message_rules_channels" CHECK (cardinality("message_rules"."channels") between 1 and 3 and "message_rules"."channels" <@ array['email', 'sms', 'push'])
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"cause" text NOT NULL,
	"rule_id" uuid,
	"appointment_id" uuid,
	"patient_id" uuid,
	"clinic_id" uuid,
	"language" text DEFAULT 'en' NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"suppression" text,
	"channels" text[] NOT NULL,
	"channel" text,
	"due_at" timestamp with time zone NOT NULL,
	"about_start" timestamp with time zone,
	"sealed_content" text,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "messages_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "messages_cause" UNIQUE("organization_id","cause")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"sealed_content" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbox_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "push_subscriptions" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"patient_id" uuid NOT NULL,
	"endpoint_hash" text NOT NULL,
	"sealed_subscription" text NOT NULL,
	"device" text DEFAULT '' NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "push_subscriptions_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "push_subscriptions_endpoint" UNIQUE("organization_id","endpoint_hash"),
	CONSTRAINT "push_subscriptions_device" CHECK (length("push_subscriptions"."device") <= 100)
);
--> statement-breakpoint
CREATE TABLE "dependants" (
	"organization_id" uuid NOT NULL,
	"guardian_id" uuid NOT NULL,
	"patient_id" uuid NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "dependants_organization_id_guardian_id_patient_id_pk" PRIMARY KEY("organization_id","guardian_id","patient_id"),
	CONSTRAINT "dependants_other" CHECK ("dependants"."guardian_id" <> "dependants"."patient_id")
);
--> statement-breakpoint
CREATE TABLE "kiosks" (
	"organization_id" uuid NOT NULL,
	"id" text PRIMARY KEY NOT NULL,
	"clinic_id" uuid NOT NULL,
	"name" text NOT NULL,
	"made_by" uuid NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "kiosks_name" CHECK (length("kiosks"."name") between 1 and 80)
);
--> statement-breakpoint
CREATE TABLE "patient_sessions" (
	"organization_id" uuid NOT NULL,
	"id" text PRIMARY KEY NOT NULL,
	"patient_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT now() NOT NULL,
	"device" text DEFAULT '' NOT NULL,
	CONSTRAINT "patient_sessions_device" CHECK (length("patient_sessions"."device") <= 100)
);
--> statement-breakpoint
CREATE TABLE "sign_in_codes" (
	"organization_id" uuid NOT NULL,
	"id" text PRIMARY KEY NOT NULL,
	"contact_hash" text NOT NULL,
	"code_hash" text,
	"tries" smallint DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"clinic_id" uuid,
	"patient_id" uuid,
	"appointment_id" uuid,
	"message_id" uuid,
	"sealed_text" text,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	"done_by" uuid,
	CONSTRAINT "tasks_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "patients" ADD COLUMN "contact_channel" text;--> statement-breakpoint
ALTER TABLE "patients" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "patients" ADD COLUMN "deceased" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "patients" ADD COLUMN "messages_blocked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "closed_addresses" ADD CONSTRAINT "closed_addresses_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_attempts" ADD CONSTRAINT "message_attempts_organization_id_message_id_messages_organization_id_id_fk" FOREIGN KEY ("organization_id","message_id") REFERENCES "public"."messages"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_links" ADD CONSTRAINT "message_links_organization_id_patient_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","patient_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_links" ADD CONSTRAINT "message_links_organization_id_appointment_id_appointments_organization_id_id_fk" FOREIGN KEY ("organization_id","appointment_id") REFERENCES "public"."appointments"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_links" ADD CONSTRAINT "message_links_organization_id_message_id_messages_organization_id_id_fk" FOREIGN KEY ("organization_id","message_id") REFERENCES "public"."messages"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_rules" ADD CONSTRAINT "message_rules_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_rules" ADD CONSTRAINT "message_rules_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_rules" ADD CONSTRAINT "message_rules_organization_id_service_id_services_organization_id_id_fk" FOREIGN KEY ("organization_id","service_id") REFERENCES "public"."services"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_organization_id_rule_id_message_rules_organization_id_id_fk" FOREIGN KEY ("organization_id","rule_id") REFERENCES "public"."message_rules"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_organization_id_appointment_id_appointments_organization_id_id_fk" FOREIGN KEY ("organization_id","appointment_id") REFERENCES "public"."appointments"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_organization_id_patient_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","patient_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_organization_id_message_id_messages_organization_id_id_fk" FOREIGN KEY ("organization_id","message_id") REFERENCES "public"."messages"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscriptions" ADD CONSTRAINT "push_subscriptions_organization_id_patient_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","patient_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dependants" ADD CONSTRAINT "dependants_organization_id_guardian_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","guardian_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dependants" ADD CONSTRAINT "dependants_organization_id_patient_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","patient_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosks" ADD CONSTRAINT "kiosks_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosks" ADD CONSTRAINT "kiosks_organization_id_made_by_users_organization_id_id_fk" FOREIGN KEY ("organization_id","made_by") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "patient_sessions" ADD CONSTRAINT "patient_sessions_organization_id_patient_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","patient_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_codes" ADD CONSTRAINT "sign_in_codes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_organization_id_patient_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","patient_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_organization_id_appointment_id_appointments_organization_id_id_fk" FOREIGN KEY ("organization_id","appointment_id") REFERENCES "public"."appointments"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_organization_id_message_id_messages_organization_id_id_fk" FOREIGN KEY ("organization_id","message_id") REFERENCES "public"."messages"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_organization_id_done_by_users_organization_id_id_fk" FOREIGN KEY ("organization_id","done_by") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "message_attempts_provider" ON "message_attempts" USING btree ("organization_id","channel","provider_id") WHERE "message_attempts"."provider_id" is not null;--> statement-breakpoint
CREATE INDEX "messages_due" ON "messages" USING btree ("due_at") WHERE "messages"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "messages_appointment" ON "messages" USING btree ("organization_id","appointment_id") WHERE "messages"."appointment_id" is not null;--> statement-breakpoint
CREATE INDEX "messages_made" ON "messages" USING btree ("organization_id","made_at");--> statement-breakpoint
CREATE INDEX "outbox_at" ON "outbox" USING btree ("organization_id","at");--> statement-breakpoint
CREATE INDEX "push_subscriptions_patient" ON "push_subscriptions" USING btree ("organization_id","patient_id");--> statement-breakpoint
CREATE INDEX "dependants_patient" ON "dependants" USING btree ("organization_id","patient_id");--> statement-breakpoint
CREATE INDEX "kiosks_clinic" ON "kiosks" USING btree ("organization_id","clinic_id");--> statement-breakpoint
CREATE INDEX "patient_sessions_patient" ON "patient_sessions" USING btree ("organization_id","patient_id");--> statement-breakpoint
CREATE INDEX "sign_in_codes_contact" ON "sign_in_codes" USING btree ("organization_id","contact_hash");--> statement-breakpoint
CREATE INDEX "sign_in_codes_expiry" ON "sign_in_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "tasks_open" ON "tasks" USING btree ("organization_id","made_at") WHERE "tasks"."done_at" is null;
--> statement-breakpoint
ALTER TABLE patient_sessions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE patient_sessions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON patient_sessions USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON patient_sessions TO dayboard_app;
--> statement-breakpoint
ALTER TABLE sign_in_codes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_in_codes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON sign_in_codes USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_codes TO dayboard_app;
--> statement-breakpoint
ALTER TABLE dependants ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE dependants FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON dependants USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON dependants TO dayboard_app;
--> statement-breakpoint
ALTER TABLE kiosks ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE kiosks FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON kiosks USING (organization_id = current_organization());
--> statement-breakpoint
-- A screen at an entrance has nothing but its cookie.
CREATE POLICY finding_organization ON kiosks FOR SELECT
	USING (current_setting('dayboard.purpose', true) = 'find-organization');
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON kiosks TO dayboard_app;
--> statement-breakpoint
ALTER TABLE message_rules ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE message_rules FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON message_rules USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON message_rules TO dayboard_app;
--> statement-breakpoint
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON messages USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON messages TO dayboard_app;
--> statement-breakpoint
ALTER TABLE message_attempts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE message_attempts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON message_attempts USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON message_attempts TO dayboard_app;
--> statement-breakpoint
ALTER TABLE closed_addresses ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE closed_addresses FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON closed_addresses USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON closed_addresses TO dayboard_app;
--> statement-breakpoint
ALTER TABLE message_links ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE message_links FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON message_links USING (organization_id = current_organization());
--> statement-breakpoint
-- Its link says nothing of the organization: it has to be short.
CREATE POLICY finding_organization ON message_links FOR SELECT
	USING (current_setting('dayboard.purpose', true) = 'find-organization');
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON message_links TO dayboard_app;
--> statement-breakpoint
ALTER TABLE push_subscriptions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE push_subscriptions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON push_subscriptions USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON push_subscriptions TO dayboard_app;
--> statement-breakpoint
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON outbox USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO dayboard_app;
--> statement-breakpoint
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON tasks USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON tasks TO dayboard_app;
--> statement-breakpoint
-- How numbers are compared: the last nine digits, with or without the country's code.
CREATE FUNCTION phone_key(number text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT right(regexp_replace(number, '[^0-9]', '', 'g'), 9) $$;
--> statement-breakpoint
CREATE INDEX patients_email ON patients (organization_id, lower(email)) WHERE email IS NOT NULL;
--> statement-breakpoint
CREATE INDEX patients_phone ON patients (organization_id, phone_key(phone)) WHERE phone IS NOT NULL;
