-- What services' prices are in; they have two decimals.
ALTER TABLE "sites" ADD COLUMN "currency" text DEFAULT 'EUR' NOT NULL;
--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_currency" CHECK ("sites"."currency" ~ '^[A-Z]{3}$');
--> statement-breakpoint
-- Counts changes, so that two administrators do not overwrite each other.
ALTER TABLE "sites" ADD COLUMN "revision" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
CREATE TABLE "site_addresses" (
	"organization_id" uuid NOT NULL,
	"slug" text PRIMARY KEY NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "site_addresses" ADD CONSTRAINT "site_addresses_organization_id_sites_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."sites"("organization_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "site_addresses_organization" ON "site_addresses" USING btree ("organization_id");
--> statement-breakpoint
-- Whoever runs this may be bound by the policies of a table that it owns.
ALTER TABLE sites NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
INSERT INTO site_addresses (organization_id, slug) SELECT organization_id, slug FROM sites;
--> statement-breakpoint
ALTER TABLE sites FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE site_addresses ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE site_addresses FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON site_addresses USING (organization_id = current_organization());
--> statement-breakpoint
CREATE POLICY finding_organization ON site_addresses FOR SELECT
	USING (current_setting('dayboard.purpose', true) = 'find-organization');
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON site_addresses TO dayboard_app;
--> statement-breakpoint
-- An address that a site has had stays its own: links in letters and messages go on working, and nobody else gets it.
CREATE FUNCTION keep_site_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM site_addresses a WHERE a.organization_id = NEW.organization_id AND a.slug = NEW.slug) THEN
		INSERT INTO site_addresses (organization_id, slug) VALUES (NEW.organization_id, NEW.slug);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER sites_address AFTER INSERT OR UPDATE OF slug ON sites FOR EACH ROW EXECUTE FUNCTION keep_site_address();
