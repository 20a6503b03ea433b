ALTER TABLE "catalog"."albums" ADD COLUMN "unsettled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."albums" ADD COLUMN "added_at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."artists" ADD COLUMN "unsettled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "albums_unsettled" ON "catalog"."albums" USING btree ("id") WHERE "catalog"."albums"."unsettled";--> statement-breakpoint
CREATE INDEX "albums_by_release" ON "catalog"."albums" USING btree ("release_mbid") WHERE "catalog"."albums"."release_mbid" is not null;--> statement-breakpoint
CREATE INDEX "artists_unsettled" ON "catalog"."artists" USING btree ("id") WHERE "catalog"."artists"."unsettled";