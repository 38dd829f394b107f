-- What the waitlist is looked through by: a freed time asks for few of those who wait, however many there are.
CREATE TABLE "waitlist_keys" (
	"organization_id" uuid NOT NULL,
	"entry_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"clinic_id" uuid,
	"practitioner_id" uuid,
	"clinic_key" uuid GENERATED ALWAYS AS (coalesce(clinic_id, '00000000-0000-0000-0000-000000000000')) STORED NOT NULL,
	"practitioner_key" uuid GENERATED ALWAYS AS (coalesce(practitioner_id, '00000000-0000-0000-0000-000000000000')) STORED NOT NULL,
	"urgency" smallint NOT NULL,
	"breadth" smallint NOT NULL,
	"waiting_since" timestamp with time zone NOT NULL,
	"first_date" date NOT NULL,
	"last_date" date NOT NULL,
	"weekdays" smallint NOT NULL,
	"from_minute" smallint NOT NULL,
	"until_minute" smallint NOT NULL,
	"notice_minutes" integer NOT NULL,
	CONSTRAINT "waitlist_keys_organization_id_entry_id_clinic_key_practitioner_key_pk" PRIMARY KEY("organization_id","entry_id","clinic_key","practitioner_key")
);
--> statement-breakpoint
ALTER TABLE "waitlist_keys" ADD CONSTRAINT "waitlist_keys_organization_id_entry_id_waitlist_entries_organization_id_id_fk" FOREIGN KEY ("organization_id","entry_id") REFERENCES "public"."waitlist_entries"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_keys" ADD CONSTRAINT "waitlist_keys_organization_id_service_id_services_organization_id_id_fk" FOREIGN KEY ("organization_id","service_id") REFERENCES "public"."services"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_keys" ADD CONSTRAINT "waitlist_keys_organization_id_clinic_id_clinics_organization_id_id_fk" FOREIGN KEY ("organization_id","clinic_id") REFERENCES "public"."clinics"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "waitlist_keys" ADD CONSTRAINT "waitlist_keys_organization_id_practitioner_id_practitioners_organization_id_id_fk" FOREIGN KEY ("organization_id","practitioner_id") REFERENCES "public"."practitioners"("organization_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE waitlist_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE waitlist_keys FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON waitlist_keys USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON waitlist_keys TO dayboard_app;
--> statement-breakpoint

-- Kept by whatever writes entries, whoever it is.
CREATE FUNCTION add_waitlist_keys(p_organization uuid, p_entries uuid[]) RETURNS void LANGUAGE sql AS $$
	INSERT INTO waitlist_keys (organization_id, entry_id, service_id, clinic_id, practitioner_id, urgency, breadth,
			waiting_since, first_date, last_date, weekdays, from_minute, until_minute, notice_minutes)
		SELECT e.organization_id, e.id, e.service_id, c.clinic_id, p.practitioner_id,
			array_position(ARRAY['routine', 'soon', 'urgent'], e.urgency) - 1,
			-- The share of a week, in 32 parts (breadthOf in domain/waitlist/streams.ts).
			bit_count(e.weekdays::integer::bit(7)) * (e.until_minute - e.from_minute) * 32 / 10080,
			date_trunc('milliseconds', e.waiting_since), e.first_date, e.last_date, e.weekdays, e.from_minute,
			e.until_minute, e.notice_minutes
		FROM waitlist_entries e
			LEFT JOIN waitlist_clinics c ON c.organization_id = e.organization_id AND c.entry_id = e.id
			LEFT JOIN waitlist_practitioners p ON p.organization_id = e.organization_id AND p.entry_id = e.id
		WHERE e.organization_id = p_organization AND e.id = ANY (p_entries) AND e.state = 'waiting' $$;
--> statement-breakpoint
CREATE FUNCTION keep_waitlist_keys() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	own record;
BEGIN
	FOR own IN
		-- Entries have ids, the clinics and doctors that they name have those of the entries.
		EXECUTE format('SELECT organization_id, array_agg(DISTINCT %I) AS entries FROM changed GROUP BY 1', TG_ARGV[0])
	LOOP
		DELETE FROM waitlist_keys WHERE organization_id = own.organization_id AND entry_id = ANY (own.entries);
		PERFORM add_waitlist_keys(own.organization_id, own.entries);
	END LOOP;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER waitlist_entries_key_added AFTER INSERT ON waitlist_entries REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION keep_waitlist_keys('id');
--> statement-breakpoint
CREATE TRIGGER waitlist_entries_key_changed AFTER UPDATE ON waitlist_entries REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION keep_waitlist_keys('id');
--> statement-breakpoint
CREATE TRIGGER waitlist_clinics_key_added AFTER INSERT ON waitlist_clinics REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION keep_waitlist_keys('entry_id');
--> statement-breakpoint
CREATE TRIGGER waitlist_clinics_key_removed AFTER DELETE ON waitlist_clinics REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION keep_waitlist_keys('entry_id');
--> statement-breakpoint
CREATE TRIGGER waitlist_practitioners_key_added AFTER INSERT ON waitlist_practitioners
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_waitlist_keys('entry_id');
--> statement-breakpoint
CREATE TRIGGER waitlist_practitioners_key_removed AFTER DELETE ON waitlist_practitioners
	REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_waitlist_keys('entry_id');
--> statement-breakpoint
-- Those who wait already.
DO $$
DECLARE
	own record;
BEGIN
	FOR own IN SELECT organization_id, array_agg(id) AS entries FROM waitlist_entries WHERE state = 'waiting' GROUP BY 1
	LOOP
		PERFORM set_config('dayboard.organization_id', own.organization_id::text, true);
		PERFORM add_waitlist_keys(own.organization_id, own.entries);
	END LOOP;
	PERFORM set_config('dayboard.organization_id', '', true);
END $$;
--> statement-breakpoint
-- Who waits for a service at a clinic with a doctor, by urgency and by how much of a week they could come in, the
-- longest first. It carries what else is asked, so that those whom it does not suit are passed over in the index.
CREATE INDEX waitlist_keys_order ON waitlist_keys (organization_id, service_id, clinic_key, practitioner_key, urgency,
	breadth, waiting_since, entry_id)
	INCLUDE (first_date, last_date, weekdays, from_minute, until_minute, notice_minutes);
--> statement-breakpoint
CREATE INDEX waitlist_offers_missed ON waitlist_offers (organization_id, entry_id) WHERE state = 'expired';
