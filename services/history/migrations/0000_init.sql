CREATE SCHEMA "history";
--> statement-breakpoint
CREATE TABLE "history"."inbox" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"applied_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "history"."outbox" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"message" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "history"."plays" (
	"account_id" text NOT NULL,
	"play_id" text NOT NULL,
	"track_id" text NOT NULL,
	"started_at" bigint NOT NULL,
	"state" text NOT NULL,
	"position_s" double precision NOT NULL,
	"cache_bytes" bigint DEFAULT 0 NOT NULL,
	"peer_bytes" bigint DEFAULT 0 NOT NULL,
	"origin_bytes" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "plays_account_id_play_id_pk" PRIMARY KEY("account_id","play_id")
);
--> statement-breakpoint
CREATE INDEX "plays_recent" ON "history"."plays" USING btree ("account_id","started_at");