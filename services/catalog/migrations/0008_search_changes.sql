CREATE TABLE "catalog"."search_changes" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "catalog"."search_changes_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"ids" text[] NOT NULL,
	"renamed" boolean NOT NULL
);
--> statement-breakpoint
CREATE INDEX "search_changes_by_xid" ON "catalog"."search_changes" USING btree ("xid");--> statement-breakpoint
-- One row a statement that changes what search knows (services/catalog/search/follow.ts). Statements that change nothing of it, such as those of measuring, leave none.
CREATE FUNCTION "catalog"."search_tracks_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'track', array_agg(id), false FROM new_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_tracks_added" AFTER INSERT ON "catalog"."tracks" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_tracks_added"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_tracks_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'track', array_agg(n.id), false FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE (n.title, n.sort_title, n.artist_id, n.artist_credit, n.album_id, n.year, n.withdrawn, n.missing) IS DISTINCT FROM (o.title, o.sort_title, o.artist_id, o.artist_credit, o.album_id, o.year, o.withdrawn, o.missing) HAVING count(*) > 0;
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'album', array_agg(DISTINCT o.album_id), false FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE o.album_id <> n.album_id HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_tracks_changed" AFTER UPDATE ON "catalog"."tracks" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_tracks_changed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_tracks_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'track', array_agg(id), false FROM old_rows HAVING count(*) > 0;
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'album', array_agg(DISTINCT album_id), false FROM old_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_tracks_removed" AFTER DELETE ON "catalog"."tracks" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_tracks_removed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_albums_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'album', array_agg(id), false FROM new_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_albums_added" AFTER INSERT ON "catalog"."albums" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_albums_added"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_albums_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'album', array_agg(n.id), true FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE (n.title, n.sort_title, n.artist_id, n.artist_credit, n.year) IS DISTINCT FROM (o.title, o.sort_title, o.artist_id, o.artist_credit, o.year) HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_albums_changed" AFTER UPDATE ON "catalog"."albums" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_albums_changed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_albums_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'album', array_agg(id), false FROM old_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_albums_removed" AFTER DELETE ON "catalog"."albums" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_albums_removed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_artists_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'artist', array_agg(id), false FROM new_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_artists_added" AFTER INSERT ON "catalog"."artists" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_artists_added"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_artists_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'artist', array_agg(n.id), true FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE (n.name, n.sort_name) IS DISTINCT FROM (o.name, o.sort_name) HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_artists_changed" AFTER UPDATE ON "catalog"."artists" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_artists_changed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_artists_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'artist', array_agg(id), false FROM old_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_artists_removed" AFTER DELETE ON "catalog"."artists" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_artists_removed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_credits_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'track', array_agg(DISTINCT track_id), false FROM new_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_credits_added" AFTER INSERT ON "catalog"."track_artists" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_credits_added"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_credits_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'track', array_agg(DISTINCT track_id), false FROM new_rows HAVING count(*) > 0;
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'artist', array_agg(DISTINCT artist_id), false FROM old_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_credits_changed" AFTER UPDATE ON "catalog"."track_artists" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_credits_changed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_credits_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'track', array_agg(DISTINCT track_id), false FROM old_rows HAVING count(*) > 0;
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'artist', array_agg(DISTINCT artist_id), false FROM old_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_credits_removed" AFTER DELETE ON "catalog"."track_artists" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_credits_removed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_album_artists_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'album', array_agg(DISTINCT album_id), true FROM new_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_album_artists_added" AFTER INSERT ON "catalog"."album_artists" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_album_artists_added"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_album_artists_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'album', array_agg(DISTINCT album_id), true FROM new_rows HAVING count(*) > 0;
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'artist', array_agg(DISTINCT artist_id), false FROM old_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_album_artists_changed" AFTER UPDATE ON "catalog"."album_artists" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_album_artists_changed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_album_artists_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'album', array_agg(DISTINCT album_id), true FROM old_rows HAVING count(*) > 0;
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'artist', array_agg(DISTINCT artist_id), false FROM old_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_album_artists_removed" AFTER DELETE ON "catalog"."album_artists" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_album_artists_removed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_track_genres_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'track', array_agg(DISTINCT track_id), false FROM new_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_track_genres_added" AFTER INSERT ON "catalog"."track_genres" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_track_genres_added"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_track_genres_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'track', array_agg(DISTINCT track_id), false FROM old_rows HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_track_genres_removed" AFTER DELETE ON "catalog"."track_genres" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_track_genres_removed"();--> statement-breakpoint
CREATE FUNCTION "catalog"."search_genres_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "catalog"."search_changes" ("kind", "ids", "renamed")
	SELECT 'genre', array_agg(n.id), true FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE (n.name) IS DISTINCT FROM (o.name) HAVING count(*) > 0;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "search_genres_changed" AFTER UPDATE ON "catalog"."genres" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."search_genres_changed"();
