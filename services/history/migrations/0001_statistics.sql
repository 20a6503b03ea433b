CREATE TABLE "history"."forwarders" (
	"account_id" text PRIMARY KEY NOT NULL,
	"server" text NOT NULL,
	"user_name" text NOT NULL,
	"wrapped_token" "bytea" NOT NULL,
	"next_try_at" bigint DEFAULT 0 NOT NULL,
	"claim" uuid,
	"failures" integer DEFAULT 0 NOT NULL,
	"stopped" boolean DEFAULT false NOT NULL,
	"batch_size" integer NOT NULL,
	"last_forwarded_at" bigint,
	"problem" text
);
--> statement-breakpoint
CREATE TABLE "history"."forwards" (
	"account_id" text NOT NULL,
	"play_id" text NOT NULL,
	"track_id" text NOT NULL,
	"started_at" bigint NOT NULL,
	"queued_at" bigint NOT NULL,
	CONSTRAINT "forwards_account_id_play_id_pk" PRIMARY KEY("account_id","play_id")
);
--> statement-breakpoint
DROP INDEX "history"."plays_recent";--> statement-breakpoint
ALTER TABLE "history"."plays" ADD COLUMN "start_known" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "history"."plays" ADD COLUMN "ended_at" bigint;--> statement-breakpoint
ALTER TABLE "history"."plays" ADD COLUMN "said_listened_s" double precision;--> statement-breakpoint
ALTER TABLE "history"."plays" ADD COLUMN "duration_s" double precision;--> statement-breakpoint
ALTER TABLE "history"."plays" ADD COLUMN "listened_s" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "history"."plays" ADD COLUMN "counted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "forwards_in_time" ON "history"."forwards" USING btree ("account_id","started_at");--> statement-breakpoint
CREATE INDEX "forwards_age" ON "history"."forwards" USING btree ("queued_at");--> statement-breakpoint
CREATE INDEX "plays_in_time" ON "history"."plays" USING btree ("account_id","started_at","play_id");--> statement-breakpoint
CREATE INDEX "plays_counted" ON "history"."plays" USING btree ("account_id","started_at","track_id") WHERE counted;--> statement-breakpoint
-- Plays from before: nobody said how long was heard, so their place in the track is taken, and the finished ones count.
UPDATE "history"."plays" SET
	"ended_at" = "started_at" + ("position_s" * 1000)::bigint,
	"listened_s" = "position_s",
	"counted" = "state" = 'finished'
WHERE "state" <> 'started';
