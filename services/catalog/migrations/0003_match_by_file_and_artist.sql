DROP INDEX "catalog"."tracks_by_title";--> statement-breakpoint
CREATE INDEX "tracks_by_file" ON "catalog"."tracks" USING btree (lower(regexp_replace(path, '^.*[/\\]', '')));--> statement-breakpoint
CREATE INDEX "tracks_by_title" ON "catalog"."tracks" USING btree ("title_key" text_pattern_ops,"artist_key");