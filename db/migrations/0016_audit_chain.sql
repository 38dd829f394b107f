-- The newest events of an organization, for whoever searches its audit: a page of 320,000 events took 250 ms without
-- and 15 ms with it. It costs a booking nothing that could be measured.
CREATE INDEX events_time ON events USING btree (organization_id, at);
