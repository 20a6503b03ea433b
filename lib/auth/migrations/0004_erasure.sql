CREATE TABLE "auth"."erasure" (
	"account_id" text PRIMARY KEY NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
