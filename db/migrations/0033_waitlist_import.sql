-- Whoever is put on the waitlist is looked for by name and birth date, hundreds at a time.
CREATE INDEX "patients_birth_date" ON "patients" USING btree ("organization_id","birth_date");
