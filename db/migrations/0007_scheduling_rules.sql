CREATE TABLE "equipment" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"clinic_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"removed" boolean DEFAULT false NOT NULL,
	"import_key" text NOT NULL,
	CONSTRAINT "equipment_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "hours_exceptions" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"resource_id" uuid NOT NULL,
	"clinic_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"first_date" date NOT NULL,
	"last_date" date NOT NULL,
	"start_minute" smallint NOT NULL,
	"end_minute" smallint NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	CONSTRAINT "hours_exceptions_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "hours_exceptions_kind" CHECK ("hours_exceptions"."kind" in ('closed', 'extra')),
	CONSTRAINT "hours_exceptions_reason" CHECK ("hours_exceptions"."reason" in ('public-holiday', 'leave', 'training', 'closure', 'session', 'other')),
	CONSTRAINT "hours_exceptions_dates" CHECK ("hours_exceptions"."first_date" <= "hours_exceptions"."last_date" and "hours_exceptions"."last_date" <= "hours_exceptions"."first_date" + 366),
	CONSTRAINT "hours_exceptions_minutes" CHECK ("hours_exceptions"."start_minute" between 0 and 1439 and "hours_exceptions"."start_minute" < "hours_exceptions"."end_minute"
				and "hours_exceptions"."end_minute" <= "hours_exceptions"."start_minute" + 1440)
);
--> statement-breakpoint
CREATE TABLE "staff_members" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"removed" boolean DEFAULT false NOT NULL,
	"import_key" text NOT NULL,
	CONSTRAINT "staff_members_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"owner" text NOT NULL,
	"clinic_id" uuid NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "holds_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "holds_order" CHECK ("holds"."starts_at" < "holds"."ends_at"),
	CONSTRAINT "holds_owner" CHECK (length("holds"."owner") between 1 and 100)
);
--> statement-breakpoint
ALTER TABLE "resources" DROP CONSTRAINT "resources_kind";--> statement-breakpoint
ALTER TABLE "working_hours" DROP CONSTRAINT "working_hours_minutes";--> statement-breakpoint
ALTER TABLE "appointments" DROP CONSTRAINT "appointments_status";--> statement-breakpoint
ALTER TABLE "claims" DROP CONSTRAINT "claims_owner";--> statement-breakpoint
ALTER TABLE "patients" ADD COLUMN "sex" text;--> statement-breakpoint
ALTER TABLE "practitioner_services" ADD COLUMN "duration_minutes" smallint;--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "overrides_a_day" smallint DEFAULT 3 NOT NULL;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "removed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "room_buffer_before_minutes" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "room_buffer_after_minutes" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "equipment_kinds" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "staff_kinds" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "min_age_years" smallint;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "max_age_years" smallint;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "sex" text;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "patients" text DEFAULT 'all' NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "referral_needed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "bookable_by" text DEFAULT 'public' NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "book_ahead_days" smallint DEFAULT 180 NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "book_notice_minutes" integer DEFAULT 60 NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "cancel_notice_minutes" integer DEFAULT 1440 NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "price_minor" integer;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "preparation" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "working_hours" ADD COLUMN "every_weeks" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "working_hours" ADD COLUMN "week_of" date;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "support_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "override_reason" text;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "series_id" uuid;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "referral_seen" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "cancelled_by" uuid;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "walk_in" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "arrived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "went_in_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "done_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "claims" ADD COLUMN "hold_id" uuid;--> statement-breakpoint
ALTER TABLE "claims" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "equipment" ADD CONSTRAINT "equipment_organization_id_id_resources_organization_id_id_fk" FOREIGN KEY ("organization_id","id") REFERENCES "public"."resources"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "equipment" ADD CONSTRAINT "equipment_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hours_exceptions" ADD CONSTRAINT "hours_exceptions_organization_id_resource_id_resources_organization_id_id_fk" FOREIGN KEY ("organization_id","resource_id") REFERENCES "public"."resources"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hours_exceptions" ADD CONSTRAINT "hours_exceptions_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_members" ADD CONSTRAINT "staff_members_organization_id_id_resources_organization_id_id_fk" FOREIGN KEY ("organization_id","id") REFERENCES "public"."resources"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_organization_id_practitioner_id_practitioners_organization_id_id_fk" FOREIGN KEY ("organization_id","practitioner_id") REFERENCES "public"."practitioners"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_organization_id_room_id_rooms_organization_id_id_fk" FOREIGN KEY ("organization_id","room_id") REFERENCES "public"."rooms"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_organization_id_service_id_services_organization_id_id_fk" FOREIGN KEY ("organization_id","service_id") REFERENCES "public"."services"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "equipment_clinic" ON "equipment" USING btree ("organization_id","clinic_id");--> statement-breakpoint
CREATE UNIQUE INDEX "equipment_import_key" ON "equipment" USING btree ("organization_id","import_key");--> statement-breakpoint
CREATE INDEX "hours_exceptions_resource" ON "hours_exceptions" USING btree ("organization_id","resource_id","last_date");--> statement-breakpoint
CREATE INDEX "hours_exceptions_clinic" ON "hours_exceptions" USING btree ("organization_id","clinic_id","last_date");--> statement-breakpoint
CREATE UNIQUE INDEX "staff_members_import_key" ON "staff_members" USING btree ("organization_id","import_key");--> statement-breakpoint
CREATE INDEX "holds_owner_index" ON "holds" USING btree ("organization_id","owner");--> statement-breakpoint
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_organization_id_cancelled_by_users_organization_id_id_fk" FOREIGN KEY ("organization_id","cancelled_by") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_organization_id_hold_id_holds_organization_id_id_fk" FOREIGN KEY ("organization_id","hold_id") REFERENCES "public"."holds"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "appointments_series" ON "appointments" USING btree ("organization_id","series_id") WHERE "appointments"."series_id" is not null;--> statement-breakpoint
CREATE INDEX "claims_hold" ON "claims" USING btree ("hold_id") WHERE "claims"."hold_id" is not null;--> statement-breakpoint
ALTER TABLE "resources" ADD CONSTRAINT "resources_kind" CHECK ("resources"."kind" in ('clinic', 'practitioner', 'room', 'equipment', 'staff', 'patient'));--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_room_buffers" CHECK ("services"."room_buffer_before_minutes" between 0 and 60 and "services"."room_buffer_after_minutes" between 0 and 60);--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_ages" CHECK ("services"."min_age_years" >= 0 and "services"."max_age_years" <= 130);--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_sex" CHECK ("services"."sex" in ('female', 'male'));--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_patients" CHECK ("services"."patients" in ('all', 'new', 'established'));--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_bookable_by" CHECK ("services"."bookable_by" in ('public', 'staff'));--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_windows" CHECK ("services"."book_ahead_days" between 1 and 730 and "services"."book_notice_minutes" between 0 and 43200
				and "services"."cancel_notice_minutes" between 0 and 43200);--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_price" CHECK ("services"."price_minor" >= 0);--> statement-breakpoint
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_weeks" CHECK ("working_hours"."every_weeks" between 1 and 8 and ("working_hours"."every_weeks" = 1 or "working_hours"."week_of" is not null));--> statement-breakpoint
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_minutes" CHECK ("working_hours"."start_minute" between 0 and 1439 and "working_hours"."start_minute" < "working_hours"."end_minute"
				and "working_hours"."end_minute" <= "working_hours"."start_minute" + 1440);--> statement-breakpoint
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_status" CHECK ("appointments"."status" in ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'noshow', 'needs-review',
				'cancelled'));--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_expiry" CHECK (("claims"."hold_id" is null) = ("claims"."expires_at" is null));--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_owner" CHECK (num_nonnulls("claims"."appointment_id", "claims"."block_id", "claims"."hold_id") = 1);