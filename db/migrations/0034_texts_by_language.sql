-- What patients read of services and doctors: columns hold an organization's first language, the others stand beside.
ALTER TABLE "services" ADD COLUMN "description" text DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "translations" jsonb DEFAULT '{}'::jsonb NOT NULL;
--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "translations" jsonb DEFAULT '{}'::jsonb NOT NULL;
--> statement-breakpoint
-- What each specialty is called in the other languages.
ALTER TABLE "sites" ADD COLUMN "specialties" jsonb DEFAULT '{}'::jsonb NOT NULL;
--> statement-breakpoint
-- Which picture is the logo; the picture itself stands apart, since every page reads the site.
ALTER TABLE "sites" ADD COLUMN "logo" jsonb;
--> statement-breakpoint
CREATE TABLE "site_logos" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"media_type" text NOT NULL,
	"picture" "bytea" NOT NULL,
	CONSTRAINT "site_logos_size" CHECK (octet_length("site_logos"."picture") between 1 and 204800)
);
--> statement-breakpoint
ALTER TABLE "site_logos" ADD CONSTRAINT "site_logos_organization_id_sites_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."sites"("organization_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE site_logos ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE site_logos FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON site_logos USING (organization_id = current_organization());
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON site_logos TO dayboard_app;
