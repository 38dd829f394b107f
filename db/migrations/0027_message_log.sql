-- The log and the figures read an organization's messages by when they were due.
CREATE INDEX messages_log ON messages (organization_id, due_at, id);
