CREATE TABLE "waitlist_matches" (
	"organization_id" uuid NOT NULL,
	"opening_id" uuid NOT NULL,
	"round" smallint NOT NULL,
	"rank" smallint NOT NULL,
	"entry_id" uuid NOT NULL,
	"total" double precision NOT NULL,
	"parts" jsonb NOT NULL,
	CONSTRAINT "waitlist_matches_organization_id_opening_id_round_rank_pk" PRIMARY KEY("organization_id","opening_id","round","rank")
);
--> statement-breakpoint
CREATE TABLE "waitlist_offers" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"opening_id" uuid,
	"entry_id" uuid NOT NULL,
	"patient_id" uuid NOT NULL,
	"round" smallint DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"way" text NOT NULL,
	"hold_id" uuid,
	"clinic_id" uuid NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"duration_minutes" integer NOT NULL,
	"total" double precision,
	"parts" jsonb,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"decided_by" uuid,
	"reason" text DEFAULT '' NOT NULL,
	"answered_by" text,
	"ended_at" timestamp with time zone,
	CONSTRAINT "waitlist_offers_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "waitlist_offers_ended" CHECK (("waitlist_offers"."ended_at" is null) = ("waitlist_offers"."state" in ('proposed', 'made'))),
	CONSTRAINT "waitlist_offers_reason" CHECK (length("waitlist_offers"."reason") <= 200)
);
--> statement-breakpoint
CREATE TABLE "waitlist_openings" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"clinic_id" uuid NOT NULL,
	"practitioner_id" uuid,
	"room_id" uuid,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"cause" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"round" smallint DEFAULT 0 NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_at" timestamp with time zone DEFAULT now(),
	"ended_at" timestamp with time zone,
	CONSTRAINT "waitlist_openings_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "waitlist_openings_order" CHECK ("waitlist_openings"."starts_at" < "waitlist_openings"."ends_at"),
	CONSTRAINT "waitlist_openings_whose" CHECK ("waitlist_openings"."practitioner_id" is not null or "waitlist_openings"."room_id" is not null),
	CONSTRAINT "waitlist_openings_ended" CHECK (("waitlist_openings"."ended_at" is null) = ("waitlist_openings"."state" in ('open', 'offered')))
);
--> statement-breakpoint
ALTER TABLE "message_links" ADD COLUMN "offer_id" uuid;
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "offer_id" uuid;
--> statement-breakpoint
ALTER TABLE "waitlist_matches" ADD CONSTRAINT "waitlist_matches_organization_id_opening_id_waitlist_openings_organization_id_id_fk" FOREIGN KEY ("organization_id","opening_id") REFERENCES "public"."waitlist_openings"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_matches" ADD CONSTRAINT "waitlist_matches_organization_id_entry_id_waitlist_entries_organization_id_id_fk" FOREIGN KEY ("organization_id","entry_id") REFERENCES "public"."waitlist_entries"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_offers" ADD CONSTRAINT "waitlist_offers_organization_id_opening_id_waitlist_openings_organization_id_id_fk" FOREIGN KEY ("organization_id","opening_id") REFERENCES "public"."waitlist_openings"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_offers" ADD CONSTRAINT "waitlist_offers_organization_id_entry_id_waitlist_entries_organization_id_id_fk" FOREIGN KEY ("organization_id","entry_id") REFERENCES "public"."waitlist_entries"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_offers" ADD CONSTRAINT "waitlist_offers_organization_id_patient_id_patients_organization_id_id_fk" FOREIGN KEY ("organization_id","patient_id") REFERENCES "public"."patients"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_offers" ADD CONSTRAINT "waitlist_offers_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_offers" ADD CONSTRAINT "waitlist_offers_organization_id_practitioner_id_practitioners_organization_id_id_fk" FOREIGN KEY ("organization_id","practitioner_id") REFERENCES "public"."practitioners"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_offers" ADD CONSTRAINT "waitlist_offers_organization_id_room_id_rooms_organization_id_id_fk" FOREIGN KEY ("organization_id","room_id") REFERENCES "public"."rooms"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_offers" ADD CONSTRAINT "waitlist_offers_organization_id_service_id_services_organization_id_id_fk" FOREIGN KEY ("organization_id","service_id") REFERENCES "public"."services"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_offers" ADD CONSTRAINT "waitlist_offers_organization_id_decided_by_users_organization_id_id_fk" FOREIGN KEY ("organization_id","decided_by") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_openings" ADD CONSTRAINT "waitlist_openings_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_openings" ADD CONSTRAINT "waitlist_openings_organization_id_practitioner_id_practitioners_organization_id_id_fk" FOREIGN KEY ("organization_id","practitioner_id") REFERENCES "public"."practitioners"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_openings" ADD CONSTRAINT "waitlist_openings_organization_id_room_id_rooms_organization_id_id_fk" FOREIGN KEY ("organization_id","room_id") REFERENCES "public"."rooms"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "waitlist_offers_once" ON "waitlist_offers" USING btree ("organization_id","opening_id","entry_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "waitlist_offers_one_live" ON "waitlist_offers" USING btree ("organization_id","entry_id") WHERE "waitlist_offers"."state" in ('proposed', 'made');
--> statement-breakpoint
CREATE INDEX "waitlist_offers_expiring" ON "waitlist_offers" USING btree ("organization_id","expires_at") WHERE "waitlist_offers"."state" in ('proposed', 'made');
--> statement-breakpoint
CREATE INDEX "waitlist_offers_patient" ON "waitlist_offers" USING btree ("organization_id","patient_id");
--> statement-breakpoint
CREATE INDEX "waitlist_offers_day" ON "waitlist_offers" USING btree ("organization_id","clinic_id","starts_at");
--> statement-breakpoint
CREATE INDEX "waitlist_offers_made" ON "waitlist_offers" USING btree ("organization_id","made_at");
--> statement-breakpoint
CREATE INDEX "waitlist_openings_next" ON "waitlist_openings" USING btree ("organization_id","next_at") WHERE "waitlist_openings"."next_at" is not null;
--> statement-breakpoint
CREATE INDEX "waitlist_openings_made" ON "waitlist_openings" USING btree ("organization_id","made_at");
--> statement-breakpoint
ALTER TABLE "message_links" ADD CONSTRAINT "message_links_organization_id_offer_id_waitlist_offers_organization_id_id_fk" FOREIGN KEY ("organization_id","offer_id") REFERENCES "public"."waitlist_offers"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_organization_id_offer_id_waitlist_offers_organization_id_id_fk" FOREIGN KEY ("organization_id","offer_id") REFERENCES "public"."waitlist_offers"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "messages_offer" ON "messages" USING btree ("organization_id","offer_id") WHERE "messages"."offer_id" is not null;
--> statement-breakpoint
ALTER TABLE waitlist_openings ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE waitlist_openings FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON waitlist_openings USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON waitlist_openings TO dayboard_app;
--> statement-breakpoint
ALTER TABLE waitlist_matches ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE waitlist_matches FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON waitlist_matches USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT ON waitlist_matches TO dayboard_app;
--> statement-breakpoint
ALTER TABLE waitlist_offers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE waitlist_offers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON waitlist_offers USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON waitlist_offers TO dayboard_app;
--> statement-breakpoint

-- A time that became free is an opening in the same transaction: a committed cancellation always has its own.
CREATE FUNCTION add_opening(p_organization uuid, p_clinic uuid, p_practitioner uuid, p_room uuid, p_starts timestamptz,
	p_ends timestamptz, p_cause text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	-- What is over, or begins this minute, is nobody's any more.
	IF p_ends <= now() OR p_ends - p_starts < interval '5 minutes' THEN
		RETURN;
	END IF;
	INSERT INTO waitlist_openings (organization_id, id, clinic_id, practitioner_id, room_id, starts_at, ends_at, cause)
		VALUES (p_organization, gen_random_uuid(), p_clinic, p_practitioner, p_room, p_starts, p_ends, p_cause);
END $$;
--> statement-breakpoint
CREATE FUNCTION takes_time(p_status text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
	$$ SELECT p_status NOT IN ('cancelled', 'noshow', 'needs-review') $$;
--> statement-breakpoint
CREATE FUNCTION open_time_of_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT takes_time(NEW.status) THEN
		PERFORM add_opening(OLD.organization_id, OLD.clinic_id, OLD.practitioner_id, OLD.room_id, OLD.starts_at,
			OLD.ends_at, CASE WHEN NEW.status = 'needs-review' THEN 'moved' ELSE 'cancelled' END);
	ELSIF (OLD.clinic_id, OLD.practitioner_id, OLD.room_id) IS DISTINCT FROM
			(NEW.clinic_id, NEW.practitioner_id, NEW.room_id)
		OR NEW.starts_at >= OLD.ends_at OR NEW.ends_at <= OLD.starts_at THEN
		PERFORM add_opening(OLD.organization_id, OLD.clinic_id,
			CASE WHEN NEW.practitioner_id = OLD.practitioner_id AND NEW.starts_at = OLD.starts_at
				AND NEW.ends_at = OLD.ends_at THEN NULL ELSE OLD.practitioner_id END,
			OLD.room_id, OLD.starts_at, OLD.ends_at, 'moved');
	ELSE
		-- What is left over before it and after it.
		PERFORM add_opening(OLD.organization_id, OLD.clinic_id, OLD.practitioner_id, OLD.room_id, OLD.starts_at,
			NEW.starts_at, CASE WHEN NEW.ends_at <= OLD.ends_at AND NEW.starts_at > OLD.starts_at THEN 'shortened'
				ELSE 'moved' END) WHERE NEW.starts_at > OLD.starts_at;
		PERFORM add_opening(OLD.organization_id, OLD.clinic_id, OLD.practitioner_id, OLD.room_id, NEW.ends_at,
			OLD.ends_at, CASE WHEN NEW.starts_at >= OLD.starts_at THEN 'shortened' ELSE 'moved' END)
			WHERE NEW.ends_at < OLD.ends_at;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER appointments_opened AFTER UPDATE ON appointments FOR EACH ROW
	WHEN (OLD.ends_at > now() AND OLD.status NOT IN ('cancelled', 'noshow', 'needs-review')
		AND (NEW.status IN ('cancelled', 'noshow', 'needs-review')
			OR (OLD.starts_at, OLD.ends_at, OLD.clinic_id, OLD.practitioner_id, OLD.room_id) IS DISTINCT FROM
				(NEW.starts_at, NEW.ends_at, NEW.clinic_id, NEW.practitioner_id, NEW.room_id)))
	EXECUTE FUNCTION open_time_of_visit();
--> statement-breakpoint

CREATE FUNCTION open_time_of_block() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	doctor uuid := (SELECT id FROM practitioners WHERE organization_id = OLD.organization_id AND id = OLD.resource_id);
	room uuid := (SELECT id FROM rooms WHERE organization_id = OLD.organization_id AND id = OLD.resource_id);
BEGIN
	-- Equipment and staff alone are nobody's visit.
	IF doctor IS NULL AND room IS NULL THEN
		RETURN NULL;
	END IF;
	IF NEW.removed OR NEW.starts_at >= OLD.ends_at OR NEW.ends_at <= OLD.starts_at THEN
		PERFORM add_opening(OLD.organization_id, OLD.clinic_id, doctor, room, OLD.starts_at, OLD.ends_at, 'unblocked');
		RETURN NULL;
	END IF;
	IF NEW.starts_at > OLD.starts_at THEN
		PERFORM add_opening(OLD.organization_id, OLD.clinic_id, doctor, room, OLD.starts_at, NEW.starts_at, 'unblocked');
	END IF;
	IF NEW.ends_at < OLD.ends_at THEN
		PERFORM add_opening(OLD.organization_id, OLD.clinic_id, doctor, room, NEW.ends_at, OLD.ends_at, 'unblocked');
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER blocks_opened AFTER UPDATE ON blocks FOR EACH ROW
	WHEN (OLD.ends_at > now() AND NOT OLD.removed
		AND (NEW.removed OR (OLD.starts_at, OLD.ends_at) IS DISTINCT FROM (NEW.starts_at, NEW.ends_at)))
	EXECUTE FUNCTION open_time_of_block();
--> statement-breakpoint

-- Somebody is looked for as soon as it commits (domain/waitlist/commands/advance.ts).
CREATE FUNCTION advance_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM queue_job('advance-waitlist', NEW.id::text,
		jsonb_build_object('organizationId', NEW.organization_id, 'openingId', NEW.id), now());
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER waitlist_openings_made AFTER INSERT ON waitlist_openings FOR EACH ROW EXECUTE FUNCTION advance_opening();
--> statement-breakpoint

-- A visit from the waitlist is its offer accepted, in the same transaction, whoever books it: exactly one of an
-- offer, an entry and an opening each. Whatever is not so any more refuses the visit (SQLSTATE DBW01).
CREATE FUNCTION take_offer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	offer waitlist_offers%ROWTYPE;
BEGIN
	UPDATE waitlist_offers SET state = 'accepted', ended_at = now()
		WHERE organization_id = NEW.organization_id AND id = NEW.id AND state = 'made' RETURNING * INTO offer;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the offer is over' USING ERRCODE = 'DBW01';
	END IF;
	UPDATE waitlist_entries SET state = 'booked', ended_at = now(), revision = revision + 1
		WHERE organization_id = NEW.organization_id AND id = offer.entry_id AND patient_id = NEW.patient_id
			AND state = 'waiting';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the patient does not wait any more' USING ERRCODE = 'DBW01';
	END IF;
	IF offer.opening_id IS NOT NULL THEN
		UPDATE waitlist_offers SET state = 'lost', ended_at = now()
			WHERE organization_id = NEW.organization_id AND opening_id = offer.opening_id
				AND state IN ('proposed', 'made');
		UPDATE waitlist_openings SET state = 'filled', ended_at = now(), next_at = NULL
			WHERE organization_id = NEW.organization_id AND id = offer.opening_id AND ended_at IS NULL;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER appointments_from_waitlist AFTER INSERT ON appointments FOR EACH ROW
	WHEN (NEW.source = 'waitlist') EXECUTE FUNCTION take_offer();
