CREATE TABLE "answers" (
	"attempt_id" uuid NOT NULL,
	"item_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"choice" jsonb NOT NULL,
	"saved_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "answers_attempt_id_item_id_pk" PRIMARY KEY("attempt_id","item_id")
);
--> statement-breakpoint
CREATE TABLE "assessments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"edition_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"minutes" integer NOT NULL,
	"attempts" integer NOT NULL,
	"retake_days" integer NOT NULL,
	"item_count" integer NOT NULL,
	"pass_percent" integer NOT NULL,
	"opens_at" timestamp (3) with time zone NOT NULL,
	"closes_at" timestamp (3) with time zone,
	CONSTRAINT "assessments_name" UNIQUE("cohort_id","name"),
	CONSTRAINT "assessments_inside_cohort" UNIQUE("id","cohort_id"),
	CONSTRAINT "assessments_kind" CHECK ("assessments"."kind" in ('pre-test','quiz','post-test')),
	CONSTRAINT "assessments_limits" CHECK ("assessments"."minutes" > 0 and "assessments"."attempts" > 0 and "assessments"."item_count" > 0 and "assessments"."pass_percent" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"assessment_id" uuid NOT NULL,
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"seed" text NOT NULL,
	"form" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closes_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"score" integer,
	"maximum" integer,
	"passed" boolean,
	CONSTRAINT "attempts_number" UNIQUE("assessment_id","person_id","number"),
	CONSTRAINT "attempts_finished" CHECK (("attempts"."finished_at" is null) = ("attempts"."score" is null) and ("attempts"."score" is null) = ("attempts"."passed" is null) and ("attempts"."score" is null) = ("attempts"."maximum" is null)),
	CONSTRAINT "attempts_score" CHECK ("attempts"."score" between 0 and "attempts"."maximum")
);
--> statement-breakpoint
CREATE TABLE "logbook" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"date" date NOT NULL,
	"cases" integer NOT NULL,
	"confirmed_by" uuid NOT NULL,
	"confirmed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "logbook_cases" CHECK ("logbook"."cases" between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "observations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"edition_id" uuid NOT NULL,
	"station" text NOT NULL,
	"person_id" uuid NOT NULL,
	"observer_id" uuid NOT NULL,
	"steps" jsonb NOT NULL,
	"passed" boolean NOT NULL,
	"remark" text,
	"observed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "certificate_files" (
	"certificate_id" uuid PRIMARY KEY NOT NULL,
	"pdf" "bytea" NOT NULL,
	"sha256" text NOT NULL,
	"entry_seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"serial" text NOT NULL,
	"code" text NOT NULL,
	"person_id" uuid NOT NULL,
	"cohort_id" uuid NOT NULL,
	"centre_id" uuid NOT NULL,
	"edition_id" uuid NOT NULL,
	"region_code" text NOT NULL,
	"facility_id" uuid,
	"rural" boolean,
	"course" text NOT NULL,
	"guideline" text NOT NULL,
	"profession" text,
	"sex" text,
	"language" text NOT NULL,
	"kind" text NOT NULL,
	"hours" integer NOT NULL,
	"demonstration" boolean NOT NULL,
	"evidence" jsonb NOT NULL,
	"statement_hash" text NOT NULL,
	"signature" "bytea" NOT NULL,
	"kid" text NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	"issued_on" date NOT NULL,
	"counted_on" date NOT NULL,
	"expires_on" date,
	"issued_by" uuid,
	"predecessor_id" uuid,
	"entry_seq" bigint NOT NULL,
	CONSTRAINT "certificates_serial_unique" UNIQUE("serial"),
	CONSTRAINT "certificates_code_unique" UNIQUE("code"),
	CONSTRAINT "certificates_serial" CHECK ("certificates"."serial" ~ '^KZ-[0-9]{4}-[0-9]{6}$'),
	CONSTRAINT "certificates_code" CHECK ("certificates"."code" ~ '^[0-9A-HJKMNP-TV-Z]{27}$')
);
--> statement-breakpoint
CREATE TABLE "revocations" (
	"certificate_id" uuid PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"revoked_at" timestamp (3) with time zone NOT NULL,
	"revoked_by" uuid,
	"entry_seq" bigint NOT NULL,
	CONSTRAINT "revocations_reason" CHECK (length("revocations"."reason") >= 3)
);
--> statement-breakpoint
CREATE TABLE "serials" (
	"year" integer PRIMARY KEY NOT NULL,
	"last" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "statements" (
	"certificate_id" uuid PRIMARY KEY NOT NULL,
	"holder_name" text NOT NULL,
	"body" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attendance" (
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"date" date NOT NULL,
	"half" text NOT NULL,
	"mark" text NOT NULL,
	"marked_by" uuid,
	"marked_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attendance_cohort_id_person_id_date_half_pk" PRIMARY KEY("cohort_id","person_id","date","half"),
	CONSTRAINT "attendance_half" CHECK ("attendance"."half" in ('am','pm')),
	CONSTRAINT "attendance_mark" CHECK ("attendance"."mark" in ('present','late','excused','absent'))
);
--> statement-breakpoint
CREATE TABLE "cohort_trainers" (
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	CONSTRAINT "cohort_trainers_cohort_id_person_id_pk" PRIMARY KEY("cohort_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "cohorts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"edition_id" uuid NOT NULL,
	"centre_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"room_capacity" integer NOT NULL,
	"language" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date NOT NULL,
	"capacity" integer DEFAULT 25 NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"next_ticket" integer DEFAULT 1 NOT NULL,
	"attendance_closed_at" timestamp (3) with time zone,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cohorts_capacity_copy" UNIQUE("id","capacity"),
	CONSTRAINT "cohorts_inside_centre" UNIQUE("id","centre_id"),
	CONSTRAINT "cohorts_edition_copy" UNIQUE("id","edition_id"),
	CONSTRAINT "cohorts_capacity" CHECK ("cohorts"."capacity" between 1 and "cohorts"."room_capacity"),
	CONSTRAINT "cohorts_dates" CHECK ("cohorts"."ends_on" >= "cohorts"."starts_on"),
	CONSTRAINT "cohorts_state" CHECK ("cohorts"."state" in ('draft','open','running','closed','cancelled')),
	CONSTRAINT "cohorts_language" CHECK ("cohorts"."language" in ('kk','ru','en'))
);
--> statement-breakpoint
CREATE TABLE "enrolments" (
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"state" text NOT NULL,
	"source" text NOT NULL,
	"ticket" integer NOT NULL,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "enrolments_cohort_id_person_id_pk" PRIMARY KEY("cohort_id","person_id"),
	CONSTRAINT "enrolments_ticket" UNIQUE("cohort_id","ticket"),
	CONSTRAINT "enrolments_state_copy" UNIQUE("cohort_id","person_id","state"),
	CONSTRAINT "enrolments_state" CHECK ("enrolments"."state" in ('enrolled','queued','withdrawn')),
	CONSTRAINT "enrolments_source" CHECK ("enrolments"."source" in ('self','coordinator','roster'))
);
--> statement-breakpoint
CREATE TABLE "seats" (
	"cohort_id" uuid NOT NULL,
	"seat" integer NOT NULL,
	"capacity" integer NOT NULL,
	"person_id" uuid NOT NULL,
	"state" text DEFAULT 'enrolled' NOT NULL,
	CONSTRAINT "seats_cohort_id_seat_pk" PRIMARY KEY("cohort_id","seat"),
	CONSTRAINT "seats_person" UNIQUE("cohort_id","person_id"),
	CONSTRAINT "seats_number" CHECK ("seats"."seat" between 1 and "seats"."capacity"),
	CONSTRAINT "seats_state" CHECK ("seats"."state" = 'enrolled')
);
--> statement-breakpoint
CREATE TABLE "editions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"course" text NOT NULL,
	"number" integer NOT NULL,
	"titles" jsonb NOT NULL,
	"guideline" text NOT NULL,
	"content_hash" text NOT NULL,
	"outline" jsonb NOT NULL,
	"kind" text NOT NULL,
	"hours" integer NOT NULL,
	"validity_months" integer,
	"approval" jsonb,
	"demonstration" boolean NOT NULL,
	"published_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"published_by" uuid,
	CONSTRAINT "editions_number" UNIQUE("course","number"),
	CONSTRAINT "editions_content" UNIQUE("course","content_hash"),
	CONSTRAINT "editions_kind" CHECK ("editions"."kind" in ('non-formal','advanced','attendance')),
	CONSTRAINT "editions_titles" CHECK ("editions"."titles" ?& array['kk','ru','en'])
);
--> statement-breakpoint
CREATE TABLE "items" (
	"edition_id" uuid NOT NULL,
	"id" text NOT NULL,
	"bank" text NOT NULL,
	"kind" text NOT NULL,
	"topic" text NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "items_edition_id_id_pk" PRIMARY KEY("edition_id","id")
);
--> statement-breakpoint
CREATE TABLE "lessons" (
	"edition_id" uuid NOT NULL,
	"id" text NOT NULL,
	"slug" text NOT NULL,
	"day" integer NOT NULL,
	"position" integer NOT NULL,
	"minutes" integer NOT NULL,
	"kind" text NOT NULL,
	"titles" jsonb NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "lessons_edition_id_id_pk" PRIMARY KEY("edition_id","id"),
	CONSTRAINT "lessons_slug" UNIQUE("edition_id","slug")
);
--> statement-breakpoint
CREATE TABLE "progress" (
	"person_id" uuid NOT NULL,
	"edition_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"finished_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "progress_person_id_edition_id_lesson_id_pk" PRIMARY KEY("person_id","edition_id","lesson_id")
);
--> statement-breakpoint
CREATE TABLE "stations" (
	"edition_id" uuid NOT NULL,
	"station" text NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "stations_edition_id_station_pk" PRIMARY KEY("edition_id","station")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key" text NOT NULL,
	"person_id" uuid NOT NULL,
	"call" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"answer" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_person_id_key_pk" PRIMARY KEY("person_id","key")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"run_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"done_at" timestamp (3) with time zone,
	"failure" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid,
	"recipient" text NOT NULL,
	"kind" text NOT NULL,
	"locale" text NOT NULL,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"failure" text,
	CONSTRAINT "notices_locale" CHECK ("notices"."locale" in ('kk','ru','en'))
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"body" text NOT NULL,
	"prev" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "entries_hash_unique" UNIQUE("hash"),
	CONSTRAINT "entries_seq" CHECK ("entries"."seq" >= 1),
	CONSTRAINT "entries_hash" CHECK (length("entries"."hash") = 32 and length("entries"."prev") = 32)
);
--> statement-breakpoint
CREATE TABLE "heads" (
	"id" integer PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "heads_one" CHECK ("heads"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "nodes" (
	"level" smallint NOT NULL,
	"index" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "nodes_level_index_pk" PRIMARY KEY("level","index")
);
--> statement-breakpoint
CREATE TABLE "public_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"spki" text NOT NULL,
	"not_before" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"not_after" timestamp (3) with time zone,
	"compromised_since" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"version" text NOT NULL,
	"locale" text NOT NULL,
	"given_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"withdrawn_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "invitations_kind" CHECK ("invitations"."kind" in ('invitation','reset','slip'))
);
--> statement-breakpoint
CREATE TABLE "limits" (
	"key" text PRIMARY KEY NOT NULL,
	"window_start" timestamp (3) with time zone NOT NULL,
	"count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"centre_id" uuid,
	"college_id" uuid,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"until" timestamp (3) with time zone,
	"granted_by" uuid,
	CONSTRAINT "memberships_role" CHECK ("memberships"."role" in ('trainee','trainer','coordinator','college','auditor','administrator')),
	CONSTRAINT "memberships_place" CHECK (("memberships"."centre_id" is not null) = ("memberships"."role" in ('trainer','coordinator')) and ("memberships"."college_id" is not null) = ("memberships"."role" = 'college')),
	CONSTRAINT "memberships_validity" CHECK ("memberships"."until" is null or "memberships"."until" >= "memberships"."since")
);
--> statement-breakpoint
CREATE TABLE "persons" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"family_name" text NOT NULL,
	"given_name" text NOT NULL,
	"patronymic" text,
	"folded" text NOT NULL,
	"sex" text,
	"profession" text,
	"facility_id" uuid,
	"locale" text DEFAULT 'kk' NOT NULL,
	"email" text,
	"phone" text,
	"iin_cipher" "bytea",
	"iin_lookup" "bytea",
	"passport_cipher" "bytea",
	"passport_lookup" "bytea",
	"password_hash" text,
	"totp_cipher" "bytea",
	"totp_confirmed_at" timestamp (3) with time zone,
	"totp_last_step" bigint,
	"failed_sign_ins" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"suspended_at" timestamp (3) with time zone,
	"erased_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "persons_sex" CHECK ("persons"."sex" in ('female','male')),
	CONSTRAINT "persons_locale" CHECK ("persons"."locale" in ('kk','ru','en')),
	CONSTRAINT "persons_phone_form" CHECK ("persons"."phone" ~ '^[+][0-9]{8,15}$'),
	CONSTRAINT "persons_iin_both" CHECK (("persons"."iin_cipher" is null) = ("persons"."iin_lookup" is null)),
	CONSTRAINT "persons_passport_both" CHECK (("persons"."passport_cipher" is null) = ("persons"."passport_lookup" is null))
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"person_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "recovery_codes_person_id_hash_pk" PRIMARY KEY("person_id","hash")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"second_factor_at" timestamp (3) with time zone,
	"stepped_up_at" timestamp (3) with time zone,
	"browser" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"hash" text NOT NULL,
	"person_id" uuid NOT NULL,
	"label" text NOT NULL,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "academies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"names" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "academies_names" CHECK ("academies"."names" ?& array['kk','ru','en'])
);
--> statement-breakpoint
CREATE TABLE "centres" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"region_code" text NOT NULL,
	"academy_id" uuid,
	"names" jsonb NOT NULL,
	"cities" jsonb NOT NULL,
	"director" text,
	"time_zone" text DEFAULT 'Asia/Almaty' NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "centres_names" CHECK ("centres"."names" ?& array['kk','ru','en'])
);
--> statement-breakpoint
CREATE TABLE "colleges" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"region_code" text NOT NULL,
	"names" jsonb NOT NULL,
	"higher" boolean DEFAULT false NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "colleges_names" CHECK ("colleges"."names" ?& array['kk','ru','en'])
);
--> statement-breakpoint
CREATE TABLE "facilities" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"region_code" text NOT NULL,
	"names" jsonb NOT NULL,
	"kind" text NOT NULL,
	"rural" boolean NOT NULL,
	"private" boolean DEFAULT false NOT NULL,
	"healthy_baby_room" boolean DEFAULT false NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "facilities_names" CHECK ("facilities"."names" ?& array['kk','ru','en']),
	CONSTRAINT "facilities_kind" CHECK ("facilities"."kind" in ('polyclinic','hospital','outpatient-clinic','feldsher-midwife-post','medical-post','ambulance','social-service'))
);
--> statement-breakpoint
CREATE TABLE "regions" (
	"code" text PRIMARY KEY NOT NULL,
	"kato" text NOT NULL,
	"names" jsonb NOT NULL,
	"capitals" jsonb,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"predecessor_code" text,
	CONSTRAINT "regions_kato_unique" UNIQUE("kato"),
	CONSTRAINT "regions_code" CHECK ("regions"."code" ~ '^KZ-[0-9]{2}$'),
	CONSTRAINT "regions_kato" CHECK ("regions"."kato" ~ '^[0-9]{9}$'),
	CONSTRAINT "regions_names" CHECK ("regions"."names" ?& array['kk','ru','en']),
	CONSTRAINT "regions_validity" CHECK ("regions"."valid_until" is null or "regions"."valid_until" > "regions"."valid_from")
);
--> statement-breakpoint
CREATE TABLE "rooms" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"centre_id" uuid NOT NULL,
	"name" text NOT NULL,
	"capacity" integer NOT NULL,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "rooms_centre_name" UNIQUE("centre_id","name"),
	CONSTRAINT "rooms_inside_centre" UNIQUE("id","centre_id","capacity"),
	CONSTRAINT "rooms_capacity" CHECK ("rooms"."capacity" between 1 and 500)
);
--> statement-breakpoint
ALTER TABLE "answers" ADD CONSTRAINT "answers_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assessments" ADD CONSTRAINT "assessments_of_edition" FOREIGN KEY ("cohort_id","edition_id") REFERENCES "public"."cohorts"("id","edition_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_of_cohort" FOREIGN KEY ("assessment_id","cohort_id") REFERENCES "public"."assessments"("id","cohort_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "logbook" ADD CONSTRAINT "logbook_confirmed_by_persons_id_fk" FOREIGN KEY ("confirmed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "logbook" ADD CONSTRAINT "logbook_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_observer_id_persons_id_fk" FOREIGN KEY ("observer_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_of_edition" FOREIGN KEY ("cohort_id","edition_id") REFERENCES "public"."cohorts"("id","edition_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_of_station" FOREIGN KEY ("edition_id","station") REFERENCES "public"."stations"("edition_id","station") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_files" ADD CONSTRAINT "certificate_files_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_region_code_regions_code_fk" FOREIGN KEY ("region_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_issued_by_persons_id_fk" FOREIGN KEY ("issued_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_inside_centre" FOREIGN KEY ("cohort_id","centre_id") REFERENCES "public"."cohorts"("id","centre_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_of_edition" FOREIGN KEY ("cohort_id","edition_id") REFERENCES "public"."cohorts"("id","edition_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_predecessor" FOREIGN KEY ("predecessor_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_revoked_by_persons_id_fk" FOREIGN KEY ("revoked_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "statements" ADD CONSTRAINT "statements_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attendance" ADD CONSTRAINT "attendance_marked_by_persons_id_fk" FOREIGN KEY ("marked_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attendance" ADD CONSTRAINT "attendance_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohort_trainers" ADD CONSTRAINT "cohort_trainers_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohort_trainers" ADD CONSTRAINT "cohort_trainers_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohorts" ADD CONSTRAINT "cohorts_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohorts" ADD CONSTRAINT "cohorts_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohorts" ADD CONSTRAINT "cohorts_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohorts" ADD CONSTRAINT "cohorts_room_of_centre" FOREIGN KEY ("room_id","centre_id","room_capacity") REFERENCES "public"."rooms"("id","centre_id","capacity") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_within_capacity" FOREIGN KEY ("cohort_id","capacity") REFERENCES "public"."cohorts"("id","capacity") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_of_enrolled" FOREIGN KEY ("cohort_id","person_id","state") REFERENCES "public"."enrolments"("cohort_id","person_id","state") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_published_by_persons_id_fk" FOREIGN KEY ("published_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "items" ADD CONSTRAINT "items_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lessons" ADD CONSTRAINT "lessons_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "progress" ADD CONSTRAINT "progress_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "progress" ADD CONSTRAINT "progress_edition_id_lesson_id_lessons_edition_id_id_fk" FOREIGN KEY ("edition_id","lesson_id") REFERENCES "public"."lessons"("edition_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stations" ADD CONSTRAINT "stations_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_college_id_colleges_id_fk" FOREIGN KEY ("college_id") REFERENCES "public"."colleges"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_granted_by_persons_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "persons" ADD CONSTRAINT "persons_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "centres" ADD CONSTRAINT "centres_region_code_regions_code_fk" FOREIGN KEY ("region_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "centres" ADD CONSTRAINT "centres_academy_id_academies_id_fk" FOREIGN KEY ("academy_id") REFERENCES "public"."academies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "colleges" ADD CONSTRAINT "colleges_region_code_regions_code_fk" FOREIGN KEY ("region_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "facilities" ADD CONSTRAINT "facilities_region_code_regions_code_fk" FOREIGN KEY ("region_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "regions" ADD CONSTRAINT "regions_predecessor_code_regions_code_fk" FOREIGN KEY ("predecessor_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rooms" ADD CONSTRAINT "rooms_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempts_person" ON "attempts" USING btree ("cohort_id","person_id");--> statement-breakpoint
CREATE INDEX "logbook_person" ON "logbook" USING btree ("cohort_id","person_id");--> statement-breakpoint
CREATE INDEX "observations_person" ON "observations" USING btree ("cohort_id","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "certificate_files_sha256" ON "certificate_files" USING btree ("sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "certificates_one" ON "certificates" USING btree ("person_id","cohort_id") WHERE "certificates"."predecessor_id" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "certificates_one_successor" ON "certificates" USING btree ("predecessor_id");--> statement-breakpoint
CREATE INDEX "certificates_counted" ON "certificates" USING btree ("counted_on");--> statement-breakpoint
CREATE INDEX "certificates_centre" ON "certificates" USING btree ("centre_id","issued_at");--> statement-breakpoint
CREATE INDEX "certificates_person" ON "certificates" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "certificates_cohort" ON "certificates" USING btree ("cohort_id");--> statement-breakpoint
CREATE INDEX "cohorts_calendar" ON "cohorts" USING btree ("centre_id","starts_on");--> statement-breakpoint
CREATE INDEX "enrolments_person" ON "enrolments" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "jobs_due" ON "jobs" USING btree ("run_at") WHERE "jobs"."done_at" is null;--> statement-breakpoint
CREATE INDEX "notices_due" ON "notices" USING btree ("next_at") WHERE "notices"."sent_at" is null;--> statement-breakpoint
CREATE INDEX "consents_person" ON "consents" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "invitations_person" ON "invitations" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "memberships_live" ON "memberships" USING btree ("person_id","role",coalesce("centre_id", "college_id", '00000000-0000-0000-0000-000000000000'::uuid)) WHERE "memberships"."until" is null;--> statement-breakpoint
CREATE INDEX "memberships_centre" ON "memberships" USING btree ("centre_id");--> statement-breakpoint
CREATE UNIQUE INDEX "persons_email" ON "persons" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "persons_phone" ON "persons" USING btree ("phone");--> statement-breakpoint
CREATE UNIQUE INDEX "persons_iin" ON "persons" USING btree ("iin_lookup");--> statement-breakpoint
CREATE UNIQUE INDEX "persons_passport" ON "persons" USING btree ("passport_lookup");--> statement-breakpoint
CREATE INDEX "persons_folded" ON "persons" USING btree ("folded");--> statement-breakpoint
CREATE INDEX "persons_facility" ON "persons" USING btree ("facility_id");--> statement-breakpoint
CREATE INDEX "sessions_person" ON "sessions" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");