CREATE TABLE "catalog"."folders" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"looked_at" bigint,
	"problem" text,
	"watch" text DEFAULT 'off' NOT NULL,
	"watch_problem" text,
	"beat_at" bigint DEFAULT 0 NOT NULL,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"failed" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "folders_key_unique" UNIQUE("key")
);
--> statement-breakpoint
ALTER TABLE "catalog"."imports" ADD COLUMN "moved" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "catalog"."tracks" ADD COLUMN "picture_file" text;--> statement-breakpoint
CREATE INDEX "tracks_without_hash" ON "catalog"."tracks" USING btree ("size") WHERE "catalog"."tracks"."audio_hash" is null;--> statement-breakpoint
-- Folders that were imported before, but for those that lie in another of them.
INSERT INTO "catalog"."folders" ("id", "key", "looked_at")
SELECT translate(rtrim(encode(uuid_send(gen_random_uuid()), 'base64'), '='), '+/', '-_'), i."folder", max(i."finished_at")
FROM "catalog"."imports" i
WHERE i."state" = 'done' AND NOT EXISTS (
	SELECT 1 FROM "catalog"."imports" o
	WHERE o."state" = 'done' AND o."folder" <> i."folder"
		AND (starts_with(i."folder", rtrim(o."folder", '/') || '/') OR starts_with(i."folder", rtrim(o."folder", '\') || '\'))
)
GROUP BY i."folder";
