CREATE TABLE "catalog"."loudness" (
	"track_id" text PRIMARY KEY NOT NULL,
	"size" bigint NOT NULL,
	"mtime_ms" double precision NOT NULL,
	"attempts" integer NOT NULL,
	"measuring_at" bigint,
	"histogram" "bytea",
	"peak" double precision,
	"problem" text
);
--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "gains_due" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "tagged_gain" jsonb;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "gain" jsonb;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "to_measure" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."loudness" ADD CONSTRAINT "loudness_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "catalog"."tracks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "albums_gains_due" ON "catalog"."albums" USING btree ("id") WHERE "catalog"."albums"."gains_due";--> statement-breakpoint
CREATE INDEX "tracks_to_measure" ON "catalog"."tracks" USING btree ("album_id","id") WHERE "catalog"."tracks"."to_measure";