-- Messages are planned and sent by jobs, which are queued in the transaction of what causes them.

-- Until when a server has a message in hand that is being sent; one that died leaves it to others after that.
ALTER TABLE messages ADD COLUMN claimed_until timestamptz;
--> statement-breakpoint
-- Tries up to this number do not count any more: somebody asked for it to be sent again.
ALTER TABLE messages ADD COLUMN tries_from smallint NOT NULL DEFAULT 0;
--> statement-breakpoint
DROP INDEX messages_due;
--> statement-breakpoint
CREATE INDEX messages_due ON messages (organization_id, due_at) WHERE state = 'queued';
--> statement-breakpoint
-- Whoever waits for a code does not wait behind a day's reminders.
CREATE INDEX messages_due_directly ON messages (organization_id, due_at) WHERE state = 'queued' AND rule_id IS NULL;
--> statement-breakpoint
CREATE INDEX messages_in_hand ON messages (organization_id, claimed_until) WHERE state = 'sending';
--> statement-breakpoint

-- Queues a job as pg-boss does it (tests/db/jobs.test.ts compares): its own functions would cost a round trip, and the
-- path of a booking has one. No uniqueness: a job that is there already may have been taken by a worker that cannot
-- see this transaction yet, and 'do nothing' would lose what it is about. Whoever does the work takes many at once
-- and does what several ask for once.
CREATE FUNCTION queue_job(p_name text, p_key text, p_data jsonb, p_start timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO pgboss.job (name, data, start_after, singleton_key, expire_seconds, deletion_seconds, keep_until,
			retry_limit, retry_delay, retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds)
		SELECT p_name, p_data, p_start, p_key, q.expire_seconds, q.deletion_seconds,
			p_start + q.retention_seconds * interval '1 second', q.retry_limit, q.retry_delay, q.retry_backoff,
			q.retry_delay_max, q.policy, q.dead_letter, q.heartbeat_seconds
		FROM pgboss.queue q WHERE q.name = p_name;
END $$;
--> statement-breakpoint

-- Somebody has to look after an organization's messages at a time. One that is queued for that minute will do, unless
-- it may be taken before this transaction commits.
CREATE FUNCTION wake_sender(p_organization uuid, p_due timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	minute timestamptz := date_trunc('minute', p_due) + CASE WHEN p_due > date_trunc('minute', p_due)
		THEN interval '1 minute' ELSE interval '0' END;
	wake_key text;
BEGIN
	IF p_due <= now() + interval '2 minutes' THEN
		PERFORM queue_job('send-messages', p_organization::text,
			jsonb_build_object('organizationId', p_organization), greatest(p_due, now()));
		RETURN;
	END IF;
	wake_key := p_organization || '/' || extract(epoch FROM minute)::bigint;
	IF NOT EXISTS (SELECT 1 FROM pgboss.job j WHERE j.name = 'send-messages' AND j.singleton_key = wake_key
			AND j.state = 'created') THEN
		PERFORM queue_job('send-messages', wake_key, jsonb_build_object('organizationId', p_organization), minute);
	END IF;
END $$;
--> statement-breakpoint

-- Every way by which a visit is made or changed comes through here: reception, the public site, the HTTP interface,
-- an import.
CREATE FUNCTION plan_messages_of_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM queue_job('plan-messages', NEW.id::text,
		jsonb_build_object('organizationId', NEW.organization_id, 'appointmentId', NEW.id), now());
	RETURN NULL;
END $$;
--> statement-breakpoint
-- What is long over has nobody to tell: years of history are imported without a job for each.
CREATE TRIGGER appointments_made AFTER INSERT ON appointments FOR EACH ROW
	WHEN (NEW.starts_at > now() - interval '7 days')
	EXECUTE FUNCTION plan_messages_of_visit();
--> statement-breakpoint
CREATE TRIGGER appointments_changed AFTER UPDATE ON appointments FOR EACH ROW
	WHEN (greatest(OLD.starts_at, NEW.starts_at) > now() - interval '7 days'
		AND (OLD.starts_at, OLD.status, OLD.clinic_id, OLD.practitioner_id, OLD.service_id, OLD.patient_id)
			IS DISTINCT FROM
			(NEW.starts_at, NEW.status, NEW.clinic_id, NEW.practitioner_id, NEW.service_id, NEW.patient_id))
	EXECUTE FUNCTION plan_messages_of_visit();
--> statement-breakpoint

-- Rules that were changed hold for what is queued already, too.
CREATE FUNCTION plan_messages_of_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM queue_job('plan-all-messages', c.organization_id::text,
			jsonb_build_object('organizationId', c.organization_id), now())
		FROM (SELECT DISTINCT organization_id FROM changed) c;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER message_rules_made AFTER INSERT ON message_rules REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION plan_messages_of_all();
--> statement-breakpoint
CREATE TRIGGER message_rules_changed AFTER UPDATE ON message_rules REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION plan_messages_of_all();
--> statement-breakpoint
CREATE TRIGGER message_rules_removed AFTER DELETE ON message_rules REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION plan_messages_of_all();
