CREATE TABLE "bookmarks" (
	"person_id" uuid NOT NULL,
	"edition_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"kept_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bookmarks_person_id_edition_id_lesson_id_pk" PRIMARY KEY("person_id","edition_id","lesson_id")
);
--> statement-breakpoint
CREATE TABLE "error_reports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid,
	"edition_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"locale" text NOT NULL,
	"text" text NOT NULL,
	"reported_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_by" uuid,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "error_reports_locale" CHECK ("error_reports"."locale" in ('kk','ru','en')),
	CONSTRAINT "error_reports_text" CHECK (length("error_reports"."text") between 5 and 1000),
	CONSTRAINT "error_reports_closed" CHECK (("error_reports"."closed_by" is null) = ("error_reports"."closed_at" is null))
);
--> statement-breakpoint
ALTER TABLE "bookmarks" ADD CONSTRAINT "bookmarks_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookmarks" ADD CONSTRAINT "bookmarks_of_lesson" FOREIGN KEY ("edition_id","lesson_id") REFERENCES "public"."lessons"("edition_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "error_reports" ADD CONSTRAINT "error_reports_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "error_reports" ADD CONSTRAINT "error_reports_closed_by_persons_id_fk" FOREIGN KEY ("closed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "error_reports" ADD CONSTRAINT "error_reports_of_lesson" FOREIGN KEY ("edition_id","lesson_id") REFERENCES "public"."lessons"("edition_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "error_reports_open" ON "error_reports" USING btree ("reported_at") WHERE "error_reports"."closed_at" is null;