CREATE TABLE "catalog"."tag_edit_tracks" (
	"edit_id" text NOT NULL,
	"track_id" text NOT NULL,
	"before" jsonb NOT NULL,
	"after" jsonb NOT NULL,
	CONSTRAINT "tag_edit_tracks_edit_id_track_id_pk" PRIMARY KEY("edit_id","track_id")
);
--> statement-breakpoint
CREATE TABLE "catalog"."tag_edits" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"at" bigint NOT NULL,
	"undoes" text,
	"set" jsonb NOT NULL,
	"reverted" jsonb NOT NULL,
	"tracks" integer NOT NULL,
	"name" text,
	"undone_at" bigint
);
--> statement-breakpoint
CREATE TABLE "catalog"."tag_rules" (
	"id" integer PRIMARY KEY NOT NULL,
	"rules" jsonb
);
--> statement-breakpoint
CREATE TABLE "catalog"."to_name" (
	"track_id" text PRIMARY KEY NOT NULL,
	"always" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "catalog"."track_tags" (
	"track_id" text PRIMARY KEY NOT NULL,
	"tags" jsonb NOT NULL,
	"path" jsonb NOT NULL,
	"edits" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "catalog"."tag_edit_tracks" ADD CONSTRAINT "tag_edit_tracks_edit_id_tag_edits_id_fk" FOREIGN KEY ("edit_id") REFERENCES "catalog"."tag_edits"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."tag_edit_tracks" ADD CONSTRAINT "tag_edit_tracks_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "catalog"."tracks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."to_name" ADD CONSTRAINT "to_name_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "catalog"."tracks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalog"."track_tags" ADD CONSTRAINT "track_tags_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "catalog"."tracks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tag_edits_by_age" ON "catalog"."tag_edits" USING btree ("at" DESC NULLS LAST,"id");--> statement-breakpoint
-- Whoever names files holds this row, so that the rules do not change meanwhile.
INSERT INTO "catalog"."tag_rules" ("id") VALUES (1);
