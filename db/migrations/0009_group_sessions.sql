ALTER TABLE "services" ADD COLUMN "places" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "place" smallint;--> statement-breakpoint
ALTER TABLE "claims" ADD COLUMN "session_key" bigint;--> statement-breakpoint
ALTER TABLE "claims" ADD COLUMN "place" smallint;--> statement-breakpoint
CREATE INDEX "claims_session" ON "claims" USING btree ("resource_id","starts_at") WHERE "claims"."place" is not null;--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_places" CHECK ("services"."places" between 1 and 50);--> statement-breakpoint
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_place" CHECK ("appointments"."place" between 1 and 50);--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_session" CHECK (("claims"."session_key" is null) = ("claims"."place" is null));--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_session_key" CHECK ("claims"."session_key" < 0);--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_place" CHECK ("claims"."place" between 1 and 50);