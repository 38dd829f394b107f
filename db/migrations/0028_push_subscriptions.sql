-- A family has one telephone: the same browser may be told of several patients' visits.
ALTER TABLE push_subscriptions DROP CONSTRAINT push_subscriptions_endpoint;
--> statement-breakpoint
ALTER TABLE push_subscriptions
	ADD CONSTRAINT push_subscriptions_endpoint UNIQUE (organization_id, endpoint_hash, patient_id);
