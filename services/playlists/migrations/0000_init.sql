CREATE SCHEMA "playlists";
--> statement-breakpoint
CREATE TABLE "playlists"."entries" (
	"playlist_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"track_id" text NOT NULL,
	"added_at" bigint NOT NULL,
	"position" bigserial NOT NULL,
	CONSTRAINT "entries_playlist_id_entry_id_pk" PRIMARY KEY("playlist_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "playlists"."inbox" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"applied_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "playlists"."outbox" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"message" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "playlists"."playlists" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"revision" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"deleted_at" bigint
);
--> statement-breakpoint
ALTER TABLE "playlists"."entries" ADD CONSTRAINT "entries_playlist_id_playlists_id_fk" FOREIGN KEY ("playlist_id") REFERENCES "playlists"."playlists"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "entries_position" ON "playlists"."entries" USING btree ("playlist_id","position");--> statement-breakpoint
CREATE INDEX "playlists_owner" ON "playlists"."playlists" USING btree ("owner_id");