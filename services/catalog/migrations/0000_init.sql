CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE SCHEMA "catalog";
--> statement-breakpoint
CREATE TABLE "catalog"."albums" (
	"id" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"title_key" text NOT NULL,
	"artist_id" text NOT NULL,
	"year" integer,
	"cover_id" text,
	"key" text NOT NULL,
	"artist_guessed" boolean NOT NULL,
	CONSTRAINT "albums_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "catalog"."artists" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "artists_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "catalog"."covers" (
	"id" text PRIMARY KEY NOT NULL,
	"small" "bytea" NOT NULL,
	"large" "bytea",
	"source" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "catalog"."imports" (
	"id" text PRIMARY KEY NOT NULL,
	"folder" text NOT NULL,
	"state" text NOT NULL,
	"found" integer DEFAULT 0 NOT NULL,
	"read" integer DEFAULT 0 NOT NULL,
	"added" integer DEFAULT 0 NOT NULL,
	"changed" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"missing" integer DEFAULT 0 NOT NULL,
	"sealed" integer DEFAULT 0 NOT NULL,
	"to_seal" integer DEFAULT 0 NOT NULL,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"failed" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"error" text,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	"beat_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "catalog"."outbox" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"message" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "catalog"."streams" (
	"account_id" text NOT NULL,
	"peer_id" text NOT NULL,
	"granted_at" bigint NOT NULL,
	CONSTRAINT "streams_account_id_peer_id_pk" PRIMARY KEY("account_id","peer_id")
);
--> statement-breakpoint
CREATE TABLE "catalog"."tracks" (
	"id" text PRIMARY KEY NOT NULL,
	"path" text NOT NULL,
	"folder" text NOT NULL,
	"title" text NOT NULL,
	"artist_id" text NOT NULL,
	"album_id" text NOT NULL,
	"track_no" integer,
	"disc_no" integer,
	"duration_s" double precision NOT NULL,
	"mime" text NOT NULL,
	"cover_id" text,
	"withdrawn" boolean DEFAULT false NOT NULL,
	"missing" boolean DEFAULT false NOT NULL,
	"size" bigint NOT NULL,
	"mtime_ms" double precision NOT NULL,
	"added_at" bigint NOT NULL,
	"search" text NOT NULL,
	"title_key" text NOT NULL,
	"artist_key" text NOT NULL,
	"album_key" text NOT NULL,
	CONSTRAINT "tracks_path_unique" UNIQUE("path")
);
--> statement-breakpoint
CREATE TABLE "catalog"."versions" (
	"id" text PRIMARY KEY NOT NULL,
	"track_id" text NOT NULL,
	"size" bigint NOT NULL,
	"mtime_ms" double precision NOT NULL,
	"wrapped_key" "bytea" NOT NULL,
	"manifest" "bytea",
	"seal_error" text,
	"sealing_at" bigint,
	"retired" text,
	"import_id" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD CONSTRAINT "albums_artist_id_artists_id_fk" FOREIGN KEY ("artist_id") REFERENCES "catalog"."artists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD CONSTRAINT "tracks_artist_id_artists_id_fk" FOREIGN KEY ("artist_id") REFERENCES "catalog"."artists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD CONSTRAINT "tracks_album_id_albums_id_fk" FOREIGN KEY ("album_id") REFERENCES "catalog"."albums"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."versions" ADD CONSTRAINT "versions_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "catalog"."tracks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "albums_by_artist" ON "catalog"."albums" USING btree ("artist_id");--> statement-breakpoint
CREATE UNIQUE INDEX "imports_running" ON "catalog"."imports" USING btree ("folder") WHERE "catalog"."imports"."state" = 'running';--> statement-breakpoint
CREATE INDEX "imports_by_start" ON "catalog"."imports" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "tracks_by_folder" ON "catalog"."tracks" USING btree ("folder");--> statement-breakpoint
CREATE INDEX "tracks_by_album" ON "catalog"."tracks" USING btree ("album_id");--> statement-breakpoint
CREATE INDEX "tracks_by_artist" ON "catalog"."tracks" USING btree ("artist_id");--> statement-breakpoint
CREATE INDEX "tracks_by_age" ON "catalog"."tracks" USING btree ("added_at" DESC NULLS FIRST,"path");--> statement-breakpoint
CREATE INDEX "tracks_by_title" ON "catalog"."tracks" USING btree ("title_key" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "tracks_by_search" ON "catalog"."tracks" USING gin ("search" gin_trgm_ops) WITH (gin_pending_list_limit=256);--> statement-breakpoint
CREATE UNIQUE INDEX "versions_live" ON "catalog"."versions" USING btree ("track_id") WHERE "catalog"."versions"."retired" is null;--> statement-breakpoint
CREATE INDEX "versions_to_seal" ON "catalog"."versions" USING btree ("created_at") WHERE "catalog"."versions"."manifest" is null and "catalog"."versions"."retired" is null and "catalog"."versions"."seal_error" is null;