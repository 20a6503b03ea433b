CREATE TABLE "catalog"."lyrics" (
	"track_id" text PRIMARY KEY NOT NULL,
	"synced" boolean NOT NULL,
	"lines" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "lyrics_file" text;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "tag_reader" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."lyrics" ADD CONSTRAINT "lyrics_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "catalog"."tracks"("id") ON DELETE no action ON UPDATE no action;