CREATE TABLE "playlists"."changes" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"message_id" uuid NOT NULL,
	"playlist_id" text NOT NULL,
	"actor_id" text NOT NULL,
	"type" text NOT NULL,
	"at" bigint NOT NULL,
	"inverse" jsonb NOT NULL,
	"undone" boolean DEFAULT false NOT NULL,
	"undo_of" uuid,
	CONSTRAINT "changes_message_id_unique" UNIQUE("message_id")
);
--> statement-breakpoint
CREATE TABLE "playlists"."members" (
	"playlist_id" text NOT NULL,
	"account_id" text NOT NULL,
	CONSTRAINT "members_playlist_id_account_id_pk" PRIMARY KEY("playlist_id","account_id")
);
--> statement-breakpoint
DROP INDEX "playlists"."entries_position";--> statement-breakpoint
ALTER TABLE "playlists"."entries" ALTER COLUMN "position" SET DATA TYPE integer;--> statement-breakpoint
ALTER TABLE "playlists"."entries" ALTER COLUMN "position" DROP DEFAULT;--> statement-breakpoint
DROP SEQUENCE "playlists"."entries_position_seq";--> statement-breakpoint
ALTER TABLE "playlists"."playlists" ADD COLUMN "description" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "playlists"."playlists" ADD COLUMN "visibility" text DEFAULT 'private' NOT NULL;--> statement-breakpoint
ALTER TABLE "playlists"."changes" ADD CONSTRAINT "changes_playlist_id_playlists_id_fk" FOREIGN KEY ("playlist_id") REFERENCES "playlists"."playlists"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "playlists"."members" ADD CONSTRAINT "members_playlist_id_playlists_id_fk" FOREIGN KEY ("playlist_id") REFERENCES "playlists"."playlists"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "changes_playlist" ON "playlists"."changes" USING btree ("playlist_id","seq");--> statement-breakpoint
CREATE INDEX "changes_age" ON "playlists"."changes" USING btree ("at");--> statement-breakpoint
CREATE INDEX "members_account" ON "playlists"."members" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "playlists_public" ON "playlists"."playlists" USING btree ("visibility","updated_at" DESC NULLS LAST);