CREATE TABLE "catalog"."album_artists" (
	"album_id" text NOT NULL,
	"position" integer NOT NULL,
	"artist_id" text NOT NULL,
	CONSTRAINT "album_artists_album_id_position_pk" PRIMARY KEY("album_id","position")
);
--> statement-breakpoint
CREATE TABLE "catalog"."genres" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "genres_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "catalog"."track_artists" (
	"track_id" text NOT NULL,
	"role" text NOT NULL,
	"position" integer NOT NULL,
	"artist_id" text NOT NULL,
	"name" text NOT NULL,
	"detail" text,
	CONSTRAINT "track_artists_track_id_role_position_pk" PRIMARY KEY("track_id","role","position")
);
--> statement-breakpoint
CREATE TABLE "catalog"."track_genres" (
	"track_id" text NOT NULL,
	"position" integer NOT NULL,
	"genre_id" text NOT NULL,
	CONSTRAINT "track_genres_track_id_position_pk" PRIMARY KEY("track_id","position")
);
--> statement-breakpoint
ALTER TABLE "catalog"."albums" DROP CONSTRAINT "albums_key_unique";--> statement-breakpoint
ALTER TABLE "catalog"."artists" DROP CONSTRAINT "artists_key_unique";--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "sort_title" text;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "sort_key" text;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "artist_credit" text;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "release_date" text;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "original_date" text;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "compilation" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "label" text;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "release_types" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "release_mbid" text;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "release_group_mbid" text;--> statement-breakpoint
ALTER TABLE "catalog"."artists" ADD COLUMN "sort_name" text;--> statement-breakpoint
ALTER TABLE "catalog"."artists" ADD COLUMN "folded" text;--> statement-breakpoint
ALTER TABLE "catalog"."artists" ADD COLUMN "mbid" text;--> statement-breakpoint
ALTER TABLE "catalog"."artists" ADD COLUMN "sort_key" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "sort_title" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "artist_credit" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "album_group" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "album_tags" jsonb;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "year" integer;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "disc_subtitle" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "bpm" double precision;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "comment" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "recording_mbid" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "release_track_mbid" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "audio_hash" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "sort_key" text;--> statement-breakpoint
-- What is known already. Keys of artists stand still in what search compares by, which told artists apart until now: the next import reads every
-- file anew (TAG_READER), and gives artists their folded names and files their album groups.
UPDATE "catalog"."artists" SET "sort_key" = "key";--> statement-breakpoint
UPDATE "catalog"."albums" SET "sort_key" = "title_key";--> statement-breakpoint
UPDATE "catalog"."tracks" AS t SET "sort_key" = t."title_key", "year" = a."year" FROM "catalog"."albums" AS a WHERE a."id" = t."album_id";--> statement-breakpoint
INSERT INTO "catalog"."track_artists" ("track_id", "role", "position", "artist_id", "name")
SELECT t."id", 'artist', 0, a."id", a."name" FROM "catalog"."tracks" AS t JOIN "catalog"."artists" AS a ON a."id" = t."artist_id";--> statement-breakpoint
INSERT INTO "catalog"."album_artists" ("album_id", "position", "artist_id") SELECT "id", 0, "artist_id" FROM "catalog"."albums";--> statement-breakpoint
ALTER TABLE "catalog"."artists" ALTER COLUMN "sort_key" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ALTER COLUMN "sort_key" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ALTER COLUMN "sort_key" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."album_artists" ADD CONSTRAINT "album_artists_album_id_albums_id_fk" FOREIGN KEY ("album_id") REFERENCES "catalog"."albums"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."album_artists" ADD CONSTRAINT "album_artists_artist_id_artists_id_fk" FOREIGN KEY ("artist_id") REFERENCES "catalog"."artists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."track_artists" ADD CONSTRAINT "track_artists_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "catalog"."tracks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."track_artists" ADD CONSTRAINT "track_artists_artist_id_artists_id_fk" FOREIGN KEY ("artist_id") REFERENCES "catalog"."artists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."track_genres" ADD CONSTRAINT "track_genres_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "catalog"."tracks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."track_genres" ADD CONSTRAINT "track_genres_genre_id_genres_id_fk" FOREIGN KEY ("genre_id") REFERENCES "catalog"."genres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "album_artists_by_artist" ON "catalog"."album_artists" USING btree ("artist_id","album_id");--> statement-breakpoint
CREATE INDEX "track_artists_by_artist" ON "catalog"."track_artists" USING btree ("artist_id","role","track_id");--> statement-breakpoint
CREATE INDEX "track_genres_by_genre" ON "catalog"."track_genres" USING btree ("genre_id","track_id");--> statement-breakpoint
CREATE INDEX "albums_by_sort" ON "catalog"."albums" USING btree ("sort_key","id");--> statement-breakpoint
CREATE INDEX "albums_by_year" ON "catalog"."albums" USING btree ("year","id");--> statement-breakpoint
CREATE UNIQUE INDEX "artists_by_mbid" ON "catalog"."artists" USING btree ("mbid") WHERE "catalog"."artists"."mbid" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "artists_by_folded" ON "catalog"."artists" USING btree ("folded") WHERE "catalog"."artists"."mbid" is null;--> statement-breakpoint
CREATE INDEX "artists_by_folded_any" ON "catalog"."artists" USING btree ("folded");--> statement-breakpoint
CREATE INDEX "artists_by_key" ON "catalog"."artists" USING btree ("key");--> statement-breakpoint
CREATE INDEX "artists_by_sort" ON "catalog"."artists" USING btree ("sort_key","id");--> statement-breakpoint
CREATE INDEX "tracks_by_sort" ON "catalog"."tracks" USING btree ("sort_key","id");--> statement-breakpoint
CREATE INDEX "tracks_by_year" ON "catalog"."tracks" USING btree ("year","id");--> statement-breakpoint
CREATE INDEX "tracks_by_album_group" ON "catalog"."tracks" USING btree ("album_group");--> statement-breakpoint
CREATE INDEX "tracks_by_audio" ON "catalog"."tracks" USING btree ("audio_hash") WHERE "catalog"."tracks"."audio_hash" is not null;--> statement-breakpoint
ALTER TABLE "catalog"."albums" DROP COLUMN "key";