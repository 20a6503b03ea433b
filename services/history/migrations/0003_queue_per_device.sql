ALTER TABLE "history"."queues" DROP CONSTRAINT "queues_pkey";--> statement-breakpoint
ALTER TABLE "history"."queues" ADD COLUMN "device" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "history"."queues" ADD COLUMN "repeat" text;--> statement-breakpoint
ALTER TABLE "history"."queues" ADD COLUMN "unshuffled" jsonb;--> statement-breakpoint
ALTER TABLE "history"."queues" ADD CONSTRAINT "queues_account_id_device_pk" PRIMARY KEY("account_id","device");
