-- A time that is written down when it is over already (the demo's history) asks nobody any more.
DROP TRIGGER waitlist_openings_made ON waitlist_openings;
--> statement-breakpoint
CREATE TRIGGER waitlist_openings_made AFTER INSERT ON waitlist_openings FOR EACH ROW
	WHEN (NEW.next_at IS NOT NULL) EXECUTE FUNCTION advance_opening();
