CREATE TABLE "history"."bookmarks" (
	"account_id" text NOT NULL,
	"track_id" text NOT NULL,
	"position_ms" integer NOT NULL,
	"comment" text NOT NULL,
	"created_at" bigint NOT NULL,
	"changed_at" bigint NOT NULL,
	CONSTRAINT "bookmarks_account_id_track_id_pk" PRIMARY KEY("account_id","track_id")
);
--> statement-breakpoint
CREATE TABLE "history"."queues" (
	"account_id" text PRIMARY KEY NOT NULL,
	"track_ids" jsonb NOT NULL,
	"current_index" integer NOT NULL,
	"position_ms" integer NOT NULL,
	"changed_at" bigint NOT NULL,
	"changed_by" text NOT NULL
);
