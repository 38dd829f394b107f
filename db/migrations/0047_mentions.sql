-- Somebody was mentioned in a note: a task for that person alone.
ALTER TABLE tasks ADD COLUMN for_user uuid;
--> statement-breakpoint
ALTER TABLE tasks ADD COLUMN made_by uuid;
--> statement-breakpoint
ALTER TABLE tasks ADD COLUMN note_id uuid;
--> statement-breakpoint
ALTER TABLE tasks ADD CONSTRAINT tasks_for_user_fk FOREIGN KEY (organization_id, for_user) REFERENCES users(organization_id, id);
--> statement-breakpoint
ALTER TABLE tasks ADD CONSTRAINT tasks_made_by_fk FOREIGN KEY (organization_id, made_by) REFERENCES users(organization_id, id);
--> statement-breakpoint
ALTER TABLE tasks ADD CONSTRAINT tasks_note_fk FOREIGN KEY (organization_id, note_id) REFERENCES kept_documents(organization_id, id);
--> statement-breakpoint
ALTER TABLE tasks ADD CONSTRAINT tasks_mention CHECK ((kind = 'mention') = (for_user IS NOT NULL)
	AND (kind = 'mention') = (note_id IS NOT NULL));
--> statement-breakpoint
CREATE INDEX tasks_for_user ON tasks (organization_id, for_user, made_at) WHERE for_user IS NOT NULL;
--> statement-breakpoint
CREATE INDEX tasks_note ON tasks (organization_id, note_id, made_at) WHERE note_id IS NOT NULL;
