-- Words as people type them: lower case, without accents. The same on every machine, so that a column can hold it.
CREATE FUNCTION fold_text(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT lower(replace(translate(words,
		'àáâãäåąÀÁÂÃÄÅĄçćčÇĆČèéêëęÈÉÊËĘìíîïÌÍÎÏłŁñńÑŃòóôõöøÒÓÔÕÖØśšŚŠùúûüÙÚÛÜýÿÝźżžŹŻŽďđĎĐřŘťŤ',
		'aaaaaaaaaaaaaacccccceeeeeeeeeeiiiiiiiillnnnnoooooooooooossssuuuuuuuuyyyzzzzzzddddrrtt'), 'ß', 'ss')) $$;
--> statement-breakpoint
CREATE TABLE "sites" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"slug" text NOT NULL,
	"published" boolean DEFAULT false NOT NULL,
	"hue" smallint DEFAULT 215 NOT NULL,
	"texts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "sites_slug_unique" UNIQUE("slug"),
	CONSTRAINT "sites_slug" CHECK ("sites"."slug" ~ '^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$'),
	CONSTRAINT "sites_hue" CHECK ("sites"."hue" between 0 and 359)
);
--> statement-breakpoint
CREATE TABLE "visit_links" (
	"organization_id" uuid NOT NULL,
	"id" text PRIMARY KEY NOT NULL,
	"appointment_id" uuid NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "languages" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "about" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "listed" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "search_text" text GENERATED ALWAYS AS (fold_text(name || ' ' || specialty)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_organization_id_account_id_users_organization_id_id_fk" FOREIGN KEY ("organization_id","account_id") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visit_links" ADD CONSTRAINT "visit_links_organization_id_appointment_id_appointments_organization_id_id_fk" FOREIGN KEY ("organization_id","appointment_id") REFERENCES "public"."appointments"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "visit_links_appointment" ON "visit_links" USING btree ("organization_id","appointment_id");
--> statement-breakpoint
CREATE INDEX practitioners_search ON practitioners USING gin (search_text gin_trgm_ops);
--> statement-breakpoint
ALTER TABLE sites ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sites FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON sites USING (organization_id = current_organization());
--> statement-breakpoint
-- An address says which organization a stranger asks for.
CREATE POLICY finding_organization ON sites FOR SELECT
	USING (current_setting('dayboard.purpose', true) = 'find-organization');
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON sites TO dayboard_app;
--> statement-breakpoint
ALTER TABLE visit_links ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE visit_links FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON visit_links USING (organization_id = current_organization());
--> statement-breakpoint
CREATE POLICY finding_organization ON visit_links FOR SELECT
	USING (current_setting('dayboard.purpose', true) = 'find-organization');
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON visit_links TO dayboard_app;
