CREATE SCHEMA "host";
--> statement-breakpoint
CREATE TABLE "host"."secret_used" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"fingerprint" text NOT NULL
);
