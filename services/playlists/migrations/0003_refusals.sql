CREATE TABLE "playlists"."refusals" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"actor_id" text NOT NULL,
	"code" text NOT NULL,
	"message" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "refusals_age" ON "playlists"."refusals" USING btree ("at");