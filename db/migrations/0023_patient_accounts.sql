-- A patient is signed in by a contact that was proven: the session is worth nothing once it is not theirs any more.
ALTER TABLE patient_sessions ADD COLUMN contact_hash text NOT NULL DEFAULT '';
