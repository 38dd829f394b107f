-- A rule that goes away is kept for what was sent by it: its messages stay told as its own.
ALTER TABLE message_rules ADD COLUMN retired_at timestamptz;
--> statement-breakpoint
ALTER TABLE message_rules DROP CONSTRAINT message_rules_once;
--> statement-breakpoint
-- One of a kind for a clinic and a service among those that hold.
CREATE UNIQUE INDEX message_rules_once ON message_rules (organization_id, kind, clinic_id, service_id)
	NULLS NOT DISTINCT WHERE retired_at IS NULL;
--> statement-breakpoint
ALTER TABLE message_rules ADD CONSTRAINT message_rules_retired CHECK (retired_at IS NULL OR NOT enabled);
--> statement-breakpoint
DROP TRIGGER message_rules_removed ON message_rules;
--> statement-breakpoint
REVOKE DELETE ON message_rules FROM dayboard_app;
