CREATE TABLE "auth"."app_password" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"sealed" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"last_address" text,
	"last_client" text,
	CONSTRAINT "app_password_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
ALTER TABLE "auth"."app_password" ADD CONSTRAINT "app_password_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "app_password_user" ON "auth"."app_password" USING btree ("user_id");