-- btree_gist: uuid equality inside the claims' exclusion constraint. pg_trgm: patient search.
CREATE EXTENSION IF NOT EXISTS btree_gist;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;
