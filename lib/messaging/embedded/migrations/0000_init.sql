CREATE SCHEMA "bus";
--> statement-breakpoint
CREATE TABLE "bus"."bindings" (
	"queue" text NOT NULL,
	"pattern" text NOT NULL,
	CONSTRAINT "bindings_queue_pattern_pk" PRIMARY KEY("queue","pattern")
);
--> statement-breakpoint
CREATE TABLE "bus"."journal" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"body" text NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bus"."parked" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"body" text NOT NULL,
	"failures" integer NOT NULL,
	"reason" text NOT NULL,
	"parked_at" timestamp with time zone DEFAULT now() NOT NULL
);
