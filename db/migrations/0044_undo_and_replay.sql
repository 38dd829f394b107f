-- A day's history is read by what is or was on it. What left it for another day is found here; few changes are of
-- more than one day.
CREATE INDEX events_across_days ON events (organization_id, clinic_id, at)
	WHERE jsonb_array_length(boards) > 1;
--> statement-breakpoint
-- As in migration 0030. Where the organization chose how long after a change patients are told, a time that became
-- free is offered to nobody before that: whoever cancelled by mistake can undo it.
CREATE OR REPLACE FUNCTION add_opening(p_organization uuid, p_clinic uuid, p_practitioner uuid, p_room uuid,
	p_starts timestamptz, p_ends timestamptz, p_cause text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	-- What is over, or begins this minute, is nobody's any more.
	IF p_ends <= now() OR p_ends - p_starts < interval '5 minutes' THEN
		RETURN;
	END IF;
	INSERT INTO waitlist_openings (organization_id, id, clinic_id, practitioner_id, room_id, starts_at, ends_at, cause,
			next_at)
		VALUES (p_organization, gen_random_uuid(), p_clinic, p_practitioner, p_room, p_starts, p_ends, p_cause,
			now() + make_interval(mins => coalesce((SELECT (o.settings -> 'messages' ->> 'graceMinutes')::integer
				FROM organizations o WHERE o.id = p_organization), 0)));
END $$;
--> statement-breakpoint
-- Somebody is looked for as soon as it commits, or when the time to undo it is over.
CREATE OR REPLACE FUNCTION advance_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM queue_job('advance-waitlist', NEW.id::text,
		jsonb_build_object('organizationId', NEW.organization_id, 'openingId', NEW.id), NEW.next_at);
	RETURN NULL;
END $$;
