-- Offers: what follows from their end, in the transaction in which they end; and the rule by which they are told.

-- An offer that came to nothing: the next one is asked at once. (One that was accepted, and those that lost to it, end
-- with their opening: take_offer of migration 0030.)
CREATE FUNCTION ask_the_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- Should the job be lost with its server, it is looked after by this time (sync-server/waitlist-jobs.ts).
	UPDATE waitlist_openings SET next_at = now()
		WHERE organization_id = NEW.organization_id AND id = NEW.opening_id AND ended_at IS NULL;
	IF FOUND THEN
		PERFORM queue_job('advance-waitlist', NEW.opening_id::text,
			jsonb_build_object('organizationId', NEW.organization_id, 'openingId', NEW.opening_id), now());
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER waitlist_offers_over AFTER UPDATE OF state ON waitlist_offers FOR EACH ROW
	WHEN (NEW.opening_id IS NOT NULL AND OLD.state IN ('proposed', 'made')
		AND NEW.state NOT IN ('proposed', 'made', 'accepted', 'lost'))
	EXECUTE FUNCTION ask_the_next();
--> statement-breakpoint

-- Whoever waits no more is offered nothing more.
CREATE FUNCTION withdraw_offers_of_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE waitlist_offers SET state = 'withdrawn', ended_at = now()
		WHERE organization_id = NEW.organization_id AND entry_id = NEW.id AND state IN ('proposed', 'made');
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER waitlist_entries_ended AFTER UPDATE OF state ON waitlist_entries FOR EACH ROW
	WHEN (OLD.state = 'waiting' AND NEW.state <> 'waiting') EXECUTE FUNCTION withdraw_offers_of_entry();
--> statement-breakpoint

-- An offer that reached nobody by any way holds a time for nobody. (What was not sent because the offer was over
-- already says nothing of the way.)
CREATE FUNCTION offer_not_reached() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE waitlist_offers SET state = 'unreachable', ended_at = now()
		WHERE organization_id = NEW.organization_id AND id = NEW.offer_id AND state = 'made';
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER messages_of_offers_failed AFTER UPDATE OF state ON messages FOR EACH ROW
	WHEN (NEW.offer_id IS NOT NULL AND NEW.state IN ('failed', 'suppressed') AND OLD.state <> NEW.state
		AND NEW.suppression IS DISTINCT FROM 'offer-over')
	EXECUTE FUNCTION offer_not_reached();
--> statement-breakpoint

-- Entries whose last day went by are looked for by this.
CREATE INDEX waitlist_entries_last ON waitlist_entries (organization_id, last_date) WHERE state = 'waiting';
--> statement-breakpoint

-- The rule 'waitlist-offer' for organizations that have rules already; others get it with all the others
-- (domain/messaging/default-rules.ts, whose words these are).
ALTER TABLE message_rules NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
INSERT INTO message_rules (organization_id, id, kind, channels, templates)
	SELECT organization_id, gen_random_uuid(), 'waitlist-offer', ARRAY['push', 'sms', 'email'],
		$templates${
	"en": {
		"subject": "A time has come free: {{visit.day}} at {{visit.time}}",
		"body": "Hello {{patient.givenName}},\n\nA time that you are waiting for has come free:\n\n{{visit.day}} at {{visit.time}}\n{{service.name}}, {{doctor.name}}\n{{clinic.name}}\n{{clinic.address}}\n\nWe keep it for you until {{offer.until}}.\n\nYes, I take it: {{link.acceptOffer}}\nNot this one: {{link.declineOffer}}\n\nQuestions? Call us: {{clinic.phone}}\n\n{{organization.name}}",
		"short": "{{clinic.name}}: {{visit.day}} at {{visit.time}} has come free, {{doctor.name}}. We keep it for you until {{offer.until}}. Answer YES or NO.\n{{link.acceptOffer}}"
	},
	"pl": {
		"subject": "Zwolnił się termin: {{visit.day}}, {{visit.time}}",
		"body": "Dzień dobry {{patient.givenName}},\n\nZwolnił się termin, na który czekasz:\n\n{{visit.day}}, godz. {{visit.time}}\n{{service.name}}, {{doctor.name}}\n{{clinic.name}}\n{{clinic.address}}\n\nTrzymamy go dla Ciebie do: {{offer.until}}.\n\nTak, biorę: {{link.acceptOffer}}\nNie ten: {{link.declineOffer}}\n\nPytania? Zadzwoń do nas: {{clinic.phone}}\n\n{{organization.name}}",
		"short": "{{clinic.name}}: zwolnił się termin {{visit.day}}, {{visit.time}}, {{doctor.name}}. Trzymamy go do {{offer.until}}. Odpisz TAK lub NIE.\n{{link.acceptOffer}}"
	}
}$templates$::jsonb
	FROM (SELECT DISTINCT organization_id FROM message_rules) AS those
	ON CONFLICT DO NOTHING;
--> statement-breakpoint
ALTER TABLE message_rules FORCE ROW LEVEL SECURITY;
