CREATE TABLE "adoption_reports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" text NOT NULL,
	"code" text NOT NULL,
	"adoption_id" uuid NOT NULL,
	"college_id" uuid NOT NULL,
	"study_year" integer NOT NULL,
	"body" text NOT NULL,
	"sha256" text NOT NULL,
	"signatory" text NOT NULL,
	"issued_by" uuid,
	"issued_at" timestamp (3) with time zone NOT NULL,
	"issued_on" date NOT NULL,
	"pdf" "bytea",
	"entry_seq" bigint NOT NULL,
	CONSTRAINT "adoption_reports_number_unique" UNIQUE("number"),
	CONSTRAINT "adoption_reports_code_unique" UNIQUE("code"),
	CONSTRAINT "adoption_reports_number" CHECK ("adoption_reports"."number" ~ '^AR-[0-9]{4}-[0-9]{5}$')
);
--> statement-breakpoint
CREATE TABLE "adoption_steps" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"adoption_id" uuid NOT NULL,
	"state" text NOT NULL,
	"on" date NOT NULL,
	"facts" jsonb NOT NULL,
	"recorded_by" uuid,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"entry_seq" bigint NOT NULL,
	CONSTRAINT "adoption_steps_state" CHECK ("adoption_steps"."state" in ('invited','received','review','mapped','approved','registered','taught','reconfirm','withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "adoptions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"college_id" uuid NOT NULL,
	"edition_id" uuid NOT NULL,
	"previous_id" uuid,
	"started_by" uuid,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "adoptions_once" UNIQUE("college_id","edition_id"),
	CONSTRAINT "adoptions_inside_college" UNIQUE("id","college_id")
);
--> statement-breakpoint
CREATE TABLE "evidence_files" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"step_id" uuid NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"sha256" text NOT NULL,
	"body" "bytea" NOT NULL,
	"uploaded_by" uuid,
	"uploaded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "evidence_files_once" UNIQUE("step_id","sha256"),
	CONSTRAINT "evidence_files_size" CHECK (length("evidence_files"."body") between 1 and 10485760),
	CONSTRAINT "evidence_files_type" CHECK ("evidence_files"."type" in ('application/pdf','image/jpeg','image/png'))
);
--> statement-breakpoint
CREATE TABLE "programme_lines" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"programme_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"title" text NOT NULL,
	"theory_hours" integer NOT NULL,
	"practice_hours" integer NOT NULL,
	"lessons" jsonb NOT NULL,
	"competencies" jsonb NOT NULL,
	CONSTRAINT "programme_lines_position" UNIQUE("programme_id","position"),
	CONSTRAINT "programme_lines_hours" CHECK ("programme_lines"."theory_hours" >= 0 and "programme_lines"."practice_hours" >= 0 and "programme_lines"."theory_hours" + "programme_lines"."practice_hours" > 0)
);
--> statement-breakpoint
CREATE TABLE "programmes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"adoption_id" uuid NOT NULL,
	"speciality_code" text NOT NULL,
	"speciality" text NOT NULL,
	"qualification" text,
	"semester" integer NOT NULL,
	"changed_by" uuid,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "programmes_adoptionId_unique" UNIQUE("adoption_id"),
	CONSTRAINT "programmes_semester" CHECK ("programmes"."semester" between 1 and 12)
);
--> statement-breakpoint
CREATE TABLE "report_numbers" (
	"year" integer PRIMARY KEY NOT NULL,
	"last" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "staff_claims" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"college_id" uuid NOT NULL,
	"certificate_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"post" text NOT NULL,
	"state" text DEFAULT 'asked' NOT NULL,
	"claimed_by" uuid,
	"claimed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "staff_claims_state" CHECK ("staff_claims"."state" in ('asked','consented','declined','ended') and ("staff_claims"."state" = 'asked') = ("staff_claims"."answered_at" is null))
);
--> statement-breakpoint
CREATE TABLE "change_answers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"text" text NOT NULL,
	"state" text NOT NULL,
	"answered_by" uuid,
	"answered_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "change_answers_text" CHECK (length(trim("change_answers"."text")) >= 2)
);
--> statement-breakpoint
CREATE TABLE "change_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"edition_id" uuid NOT NULL,
	"college_id" uuid,
	"kind" text NOT NULL,
	"about" text,
	"text" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"sent_by" uuid,
	"sent_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"done_in" uuid,
	CONSTRAINT "change_requests_text" CHECK (length(trim("change_requests"."text")) >= 5),
	CONSTRAINT "change_requests_state" CHECK ("change_requests"."state" in ('open','accepted','declined','done')),
	CONSTRAINT "change_requests_done" CHECK (("change_requests"."state" = 'done') or ("change_requests"."done_in" is null))
);
--> statement-breakpoint
CREATE TABLE "downloads" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"package_id" uuid NOT NULL,
	"person_id" uuid,
	"college_id" uuid,
	"downloaded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "packages" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"edition_id" uuid NOT NULL,
	"locale" text NOT NULL,
	"format" text NOT NULL,
	"version" text NOT NULL,
	"source_hash" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" integer NOT NULL,
	"gated" boolean NOT NULL,
	"rehearsal" jsonb NOT NULL,
	"contents" jsonb NOT NULL,
	"built_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "packages_source" UNIQUE("edition_id","locale","format","source_hash"),
	CONSTRAINT "packages_sha256" CHECK ("packages"."sha256" ~ '^[0-9a-f]{64}$' and "packages"."source_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "packages_version" CHECK ("packages"."version" ~ '^[0-9]+[.][0-9]+[.][0-9]+$'),
	CONSTRAINT "packages_locale" CHECK ("packages"."locale" in ('kk','ru','en','all'))
);
--> statement-breakpoint
CREATE TABLE "procedure_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"procedure" text NOT NULL,
	"version" text NOT NULL,
	"organisation" text NOT NULL,
	"region_code" text,
	"country" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"purpose" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"answer" text,
	"requested_by" uuid,
	"requested_on" date NOT NULL,
	"requested_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"answered_by" uuid,
	"answered_at" timestamp (3) with time zone,
	"link_hash" text,
	"link_until" timestamp (3) with time zone,
	"opened" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "procedure_requests_linkHash_unique" UNIQUE("link_hash"),
	CONSTRAINT "procedure_requests_state" CHECK ("procedure_requests"."state" in ('open','granted','declined') and ("procedure_requests"."state" = 'open') = ("procedure_requests"."answered_at" is null)),
	CONSTRAINT "procedure_requests_country" CHECK ("procedure_requests"."country" ~ '^[A-Z]{2}$')
);
--> statement-breakpoint
ALTER TABLE "adoption_reports" ADD CONSTRAINT "adoption_reports_issued_by_persons_id_fk" FOREIGN KEY ("issued_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adoption_reports" ADD CONSTRAINT "adoption_reports_inside_college" FOREIGN KEY ("adoption_id","college_id") REFERENCES "public"."adoptions"("id","college_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adoption_steps" ADD CONSTRAINT "adoption_steps_adoption_id_adoptions_id_fk" FOREIGN KEY ("adoption_id") REFERENCES "public"."adoptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adoption_steps" ADD CONSTRAINT "adoption_steps_recorded_by_persons_id_fk" FOREIGN KEY ("recorded_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adoptions" ADD CONSTRAINT "adoptions_college_id_colleges_id_fk" FOREIGN KEY ("college_id") REFERENCES "public"."colleges"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adoptions" ADD CONSTRAINT "adoptions_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adoptions" ADD CONSTRAINT "adoptions_started_by_persons_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adoptions" ADD CONSTRAINT "adoptions_previous" FOREIGN KEY ("previous_id") REFERENCES "public"."adoptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_files" ADD CONSTRAINT "evidence_files_step_id_adoption_steps_id_fk" FOREIGN KEY ("step_id") REFERENCES "public"."adoption_steps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_files" ADD CONSTRAINT "evidence_files_uploaded_by_persons_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "programme_lines" ADD CONSTRAINT "programme_lines_programme_id_programmes_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programmes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "programmes" ADD CONSTRAINT "programmes_adoption_id_adoptions_id_fk" FOREIGN KEY ("adoption_id") REFERENCES "public"."adoptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "programmes" ADD CONSTRAINT "programmes_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_claims" ADD CONSTRAINT "staff_claims_college_id_colleges_id_fk" FOREIGN KEY ("college_id") REFERENCES "public"."colleges"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_claims" ADD CONSTRAINT "staff_claims_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_claims" ADD CONSTRAINT "staff_claims_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_claims" ADD CONSTRAINT "staff_claims_claimed_by_persons_id_fk" FOREIGN KEY ("claimed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "change_answers" ADD CONSTRAINT "change_answers_request_id_change_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "change_answers" ADD CONSTRAINT "change_answers_answered_by_persons_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "change_requests" ADD CONSTRAINT "change_requests_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "change_requests" ADD CONSTRAINT "change_requests_college_id_colleges_id_fk" FOREIGN KEY ("college_id") REFERENCES "public"."colleges"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "change_requests" ADD CONSTRAINT "change_requests_sent_by_persons_id_fk" FOREIGN KEY ("sent_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "change_requests" ADD CONSTRAINT "change_requests_done_in_editions_id_fk" FOREIGN KEY ("done_in") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "downloads" ADD CONSTRAINT "downloads_package_id_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "downloads" ADD CONSTRAINT "downloads_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "downloads" ADD CONSTRAINT "downloads_college_id_colleges_id_fk" FOREIGN KEY ("college_id") REFERENCES "public"."colleges"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "packages" ADD CONSTRAINT "packages_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "procedure_requests" ADD CONSTRAINT "procedure_requests_region_code_regions_code_fk" FOREIGN KEY ("region_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "procedure_requests" ADD CONSTRAINT "procedure_requests_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "procedure_requests" ADD CONSTRAINT "procedure_requests_answered_by_persons_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "adoption_reports_adoption" ON "adoption_reports" USING btree ("adoption_id","issued_at");--> statement-breakpoint
CREATE INDEX "adoption_steps_adoption" ON "adoption_steps" USING btree ("adoption_id","recorded_at");--> statement-breakpoint
CREATE INDEX "adoptions_edition" ON "adoptions" USING btree ("edition_id");--> statement-breakpoint
CREATE UNIQUE INDEX "staff_claims_once" ON "staff_claims" USING btree ("college_id","certificate_id") WHERE "staff_claims"."state" in ('asked','consented');--> statement-breakpoint
CREATE INDEX "staff_claims_person" ON "staff_claims" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "change_answers_request" ON "change_answers" USING btree ("request_id","answered_at");--> statement-breakpoint
CREATE INDEX "change_requests_edition" ON "change_requests" USING btree ("edition_id","state");--> statement-breakpoint
CREATE INDEX "change_requests_college" ON "change_requests" USING btree ("college_id");--> statement-breakpoint
CREATE INDEX "downloads_package" ON "downloads" USING btree ("package_id","downloaded_at");--> statement-breakpoint
CREATE INDEX "downloads_college" ON "downloads" USING btree ("college_id","downloaded_at");--> statement-breakpoint
CREATE INDEX "packages_edition" ON "packages" USING btree ("edition_id");--> statement-breakpoint
CREATE INDEX "procedure_requests_state" ON "procedure_requests" USING btree ("state","requested_at");--> statement-breakpoint
create trigger adoption_steps_append_only before update or delete on adoption_steps for each row execute function refuse_change();
--> statement-breakpoint
create trigger adoption_steps_no_truncate before truncate on adoption_steps for each statement execute function refuse_change();
--> statement-breakpoint
create trigger evidence_files_append_only before update or delete on evidence_files for each row execute function refuse_change();
--> statement-breakpoint
create trigger adoption_reports_append_only before update or delete on adoption_reports for each row execute function refuse_change();
--> statement-breakpoint
create trigger adoption_reports_no_truncate before truncate on adoption_reports for each statement execute function refuse_change();
--> statement-breakpoint
create trigger downloads_append_only before update or delete on downloads for each row execute function refuse_change();
--> statement-breakpoint
create trigger change_answers_append_only before update or delete on change_answers for each row execute function refuse_change();
--> statement-breakpoint
create trigger report_numbers_gapless before update or delete on report_numbers for each row execute function check_serial();
