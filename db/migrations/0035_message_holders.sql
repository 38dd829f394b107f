-- Which server has a message in hand, by the number that it holds as long as it lives (db/holding.ts): what one that
-- was killed left behind is taken up within seconds, not when its time is over.
ALTER TABLE messages ADD COLUMN claimed_by integer;
--> statement-breakpoint
-- A mail's last byte was given away: from then on it counts as sent, before that it is sent again.
ALTER TABLE message_attempts ADD COLUMN handed_over_at timestamptz;
--> statement-breakpoint
-- The doctor whom the message named: a change of doctor alone is told, too. Unknown for what was sent before.
ALTER TABLE messages ADD COLUMN about_practitioner_id uuid;
--> statement-breakpoint
ALTER TABLE messages ADD CONSTRAINT messages_about_practitioner
	FOREIGN KEY (organization_id, about_practitioner_id) REFERENCES practitioners (organization_id, id);
