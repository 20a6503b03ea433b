CREATE TABLE "playlists"."mark_sets" (
	"account_id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"size" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "playlists"."marks" (
	"account_id" text NOT NULL,
	"kind" text NOT NULL,
	"item_id" text NOT NULL,
	"loved_at" bigint,
	"rating" smallint,
	CONSTRAINT "marks_account_id_kind_item_id_pk" PRIMARY KEY("account_id","kind","item_id")
);
--> statement-breakpoint
CREATE INDEX "marks_loved" ON "playlists"."marks" USING btree ("account_id","kind","loved_at" DESC NULLS LAST,"item_id") WHERE "playlists"."marks"."loved_at" is not null;