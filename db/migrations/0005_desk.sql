CREATE TABLE "attendance_reopenings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"reopened_by" uuid,
	"reopened_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attendance_reopenings_reason" CHECK (length(trim("attendance_reopenings"."reason")) >= 5)
);
--> statement-breakpoint
CREATE TABLE "cohort_sites" (
	"cohort_id" uuid NOT NULL,
	"facility_id" uuid NOT NULL,
	CONSTRAINT "cohort_sites_cohort_id_facility_id_pk" PRIMARY KEY("cohort_id","facility_id")
);
--> statement-breakpoint
CREATE TABLE "demands" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"course" text NOT NULL,
	"centre_id" uuid,
	"language" text NOT NULL,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "demands_language" CHECK ("demands"."language" in ('kk','ru','en'))
);
--> statement-breakpoint
CREATE TABLE "held_places" (
	"person_id" uuid NOT NULL,
	"course" text NOT NULL,
	"cohort_id" uuid NOT NULL,
	CONSTRAINT "held_places_person_id_course_pk" PRIMARY KEY("person_id","course"),
	CONSTRAINT "held_places_cohort" UNIQUE("cohort_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "leavings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"how" text NOT NULL,
	"late" boolean NOT NULL,
	"reason" text,
	"left_by" uuid,
	"left_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "leavings_how" CHECK ("leavings"."how" in ('withdrew','taken-out','declined','expired','cancelled','transferred'))
);
--> statement-breakpoint
CREATE TABLE "nominations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"facility_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"state" text DEFAULT 'proposed' NOT NULL,
	"reason" text,
	"nominated_by" uuid,
	"nominated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "nominations_once" UNIQUE("cohort_id","person_id"),
	CONSTRAINT "nominations_state" CHECK ("nominations"."state" in ('proposed','approved','declined')),
	CONSTRAINT "nominations_decided" CHECK (("nominations"."state" = 'proposed') = ("nominations"."decided_at" is null))
);
--> statement-breakpoint
CREATE TABLE "overrides" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"conflict" text NOT NULL,
	"facts" jsonb NOT NULL,
	"reason" text NOT NULL,
	"overridden_by" uuid,
	"overridden_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "overrides_reason" CHECK (length(trim("overrides"."reason")) >= 5)
);
--> statement-breakpoint
CREATE TABLE "quotas" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"facility_id" uuid,
	"professions" text[],
	"seats" integer NOT NULL,
	"releases_on" date,
	"released_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "quotas_inside_cohort" UNIQUE("id","cohort_id"),
	CONSTRAINT "quotas_kind" CHECK ("quotas"."kind" in ('facility','professions','guests')),
	CONSTRAINT "quotas_whom" CHECK (("quotas"."kind" = 'facility') = ("quotas"."facility_id" is not null) and ("quotas"."kind" = 'professions') = (coalesce(cardinality("quotas"."professions"), 0) > 0)),
	CONSTRAINT "quotas_seats" CHECK ("quotas"."seats" between 1 and 500)
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"points" jsonb NOT NULL,
	"liked" text,
	"suggestion" text,
	"locale" text NOT NULL,
	"given_on" date NOT NULL,
	CONSTRAINT "evaluations_locale" CHECK ("evaluations"."locale" in ('kk','ru','en'))
);
--> statement-breakpoint
CREATE TABLE "evaluators" (
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	CONSTRAINT "evaluators_cohort_id_person_id_pk" PRIMARY KEY("cohort_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "followups" (
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"due_from" date NOT NULL,
	"due_until" date NOT NULL,
	"supervisor_id" uuid,
	"visited_on" date,
	"observed" jsonb,
	"agreed" boolean,
	"support" jsonb,
	"actions" text,
	"cancelled" text,
	"client_id" uuid,
	"recorded_by" uuid,
	"recorded_at" timestamp (3) with time zone,
	CONSTRAINT "followups_cohort_id_person_id_pk" PRIMARY KEY("cohort_id","person_id"),
	CONSTRAINT "followups_clientId_unique" UNIQUE("client_id"),
	CONSTRAINT "followups_window" CHECK ("followups"."due_until" >= "followups"."due_from"),
	CONSTRAINT "followups_recorded" CHECK (("followups"."visited_on" is null) = ("followups"."recorded_at" is null) and ("followups"."visited_on" is null) = ("followups"."agreed" is null)),
	CONSTRAINT "followups_one_end" CHECK ("followups"."visited_on" is null or "followups"."cancelled" is null)
);
--> statement-breakpoint
CREATE TABLE "meeting_points" (
	"meeting_id" uuid NOT NULL,
	"suggestion_id" uuid NOT NULL,
	CONSTRAINT "meeting_points_meeting_id_suggestion_id_pk" PRIMARY KEY("meeting_id","suggestion_id")
);
--> statement-breakpoint
CREATE TABLE "meetings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"centre_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"held_on" date NOT NULL,
	"people" integer NOT NULL,
	"notes" text DEFAULT '' NOT NULL,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "meetings_kind" CHECK ("meetings"."kind" in ('focus-group','round-table')),
	CONSTRAINT "meetings_people" CHECK ("meetings"."people" between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "suggestions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"centre_id" uuid NOT NULL,
	"cohort_id" uuid,
	"source" text NOT NULL,
	"text" text NOT NULL,
	"state" text DEFAULT 'new' NOT NULL,
	"owner_id" uuid,
	"due_on" date,
	"outcome" text,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "suggestions_source" CHECK ("suggestions"."source" in ('evaluation','focus-group','round-table','complaint','supervision')),
	CONSTRAINT "suggestions_state" CHECK ("suggestions"."state" in ('new','in-progress','done','declined')),
	CONSTRAINT "suggestions_ended" CHECK (("suggestions"."state" in ('done','declined')) = ("suggestions"."ended_at" is not null)),
	CONSTRAINT "suggestions_declined" CHECK ("suggestions"."state" <> 'declined' or "suggestions"."outcome" is not null)
);
--> statement-breakpoint
CREATE TABLE "supervisions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"centre_id" uuid NOT NULL,
	"facility_id" uuid NOT NULL,
	"visited_on" date NOT NULL,
	"supervisor_id" uuid NOT NULL,
	"checklist" jsonb NOT NULL,
	"cases" text DEFAULT '' NOT NULL,
	"agreed" text DEFAULT '' NOT NULL,
	"next_on" date,
	"burnout" text[] DEFAULT '{}'::text[] NOT NULL,
	"other_duties" integer DEFAULT 0 NOT NULL,
	"recorded_by" uuid,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "supervisions_other_duties" CHECK ("supervisions"."other_duties" between 0 and 1000),
	CONSTRAINT "supervisions_next" CHECK ("supervisions"."next_on" > "supervisions"."visited_on")
);
--> statement-breakpoint
CREATE TABLE "workplaces" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"facility_id" uuid,
	"profession" text,
	"since" date NOT NULL,
	"until" date,
	"left_because" text,
	CONSTRAINT "workplaces_dates" CHECK ("workplaces"."until" >= "workplaces"."since")
);
--> statement-breakpoint
CREATE TABLE "absences" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date NOT NULL,
	"note" text,
	CONSTRAINT "absences_dates" CHECK ("absences"."ends_on" >= "absences"."starts_on")
);
--> statement-breakpoint
CREATE TABLE "holidays" (
	"date" date PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"names" jsonb NOT NULL,
	"changed_by" uuid,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "holidays_kind" CHECK ("holidays"."kind" in ('holiday','day-off','working-day')),
	CONSTRAINT "holidays_names" CHECK ("holidays"."names" ?& array['kk','ru','en'])
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"from_centre_id" uuid NOT NULL,
	"to_centre_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"course" text NOT NULL,
	"language" text NOT NULL,
	"people" integer NOT NULL,
	"starts_on" date,
	"ends_on" date,
	"text" text DEFAULT '' NOT NULL,
	"state" text DEFAULT 'asked' NOT NULL,
	"answer" text,
	"cohort_id" uuid,
	"asked_by" uuid,
	"asked_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"answered_by" uuid,
	"answered_at" timestamp (3) with time zone,
	CONSTRAINT "requests_kind" CHECK ("requests"."kind" in ('places','trainers')),
	CONSTRAINT "requests_state" CHECK ("requests"."state" in ('asked','granted','declined','withdrawn')),
	CONSTRAINT "requests_language" CHECK ("requests"."language" in ('kk','ru','en')),
	CONSTRAINT "requests_people" CHECK ("requests"."people" between 1 and 500),
	CONSTRAINT "requests_others" CHECK ("requests"."from_centre_id" <> "requests"."to_centre_id"),
	CONSTRAINT "requests_dates" CHECK ("requests"."ends_on" >= "requests"."starts_on"),
	CONSTRAINT "requests_answered" CHECK (("requests"."state" = 'asked') = ("requests"."answered_at" is null))
);
--> statement-breakpoint
CREATE TABLE "targets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"centre_id" uuid NOT NULL,
	"year" integer NOT NULL,
	"course" text NOT NULL,
	"facility_id" uuid,
	"region_code" text,
	"profession" text,
	"people" integer NOT NULL,
	"changed_by" uuid,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "targets_year" CHECK ("targets"."year" between 2000 and 2100),
	CONSTRAINT "targets_people" CHECK ("targets"."people" between 0 and 100000),
	CONSTRAINT "targets_place" CHECK ("targets"."facility_id" is null or "targets"."region_code" is null)
);
--> statement-breakpoint
CREATE TABLE "trainers" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"level" text NOT NULL,
	"languages" text[] NOT NULL,
	"courses" text[] NOT NULL,
	"changed_by" uuid,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "trainers_level" CHECK ("trainers"."level" in ('national','regional','facility')),
	CONSTRAINT "trainers_languages" CHECK (cardinality("trainers"."languages") > 0)
);
--> statement-breakpoint
ALTER TABLE "enrolments" DROP CONSTRAINT "enrolments_state";--> statement-breakpoint
ALTER TABLE "enrolments" DROP CONSTRAINT "enrolments_source";--> statement-breakpoint
ALTER TABLE "seats" DROP CONSTRAINT "seats_state";--> statement-breakpoint
ALTER TABLE "seats" DROP CONSTRAINT "seats_of_enrolled";
--> statement-breakpoint
ALTER TABLE "attendance" ADD COLUMN "source" text DEFAULT 'sheet' NOT NULL;--> statement-breakpoint
ALTER TABLE "cohorts" ADD COLUMN "minimum" integer;--> statement-breakpoint
ALTER TABLE "cohorts" ADD COLUMN "decide_on" date;--> statement-breakpoint
ALTER TABLE "cohorts" ADD COLUMN "offer_hours" integer;--> statement-breakpoint
ALTER TABLE "cohorts" ADD COLUMN "revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "cohorts" ADD COLUMN "cancel_reason" text;--> statement-breakpoint
ALTER TABLE "enrolments" ADD COLUMN "offer_expires_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "seats" ADD COLUMN "quota_id" uuid;--> statement-breakpoint
ALTER TABLE "centres" ADD COLUMN "one_place_per_course" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "attendance_reopenings" ADD CONSTRAINT "attendance_reopenings_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attendance_reopenings" ADD CONSTRAINT "attendance_reopenings_reopened_by_persons_id_fk" FOREIGN KEY ("reopened_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohort_sites" ADD CONSTRAINT "cohort_sites_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohort_sites" ADD CONSTRAINT "cohort_sites_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "demands" ADD CONSTRAINT "demands_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "demands" ADD CONSTRAINT "demands_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_places" ADD CONSTRAINT "held_places_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leavings" ADD CONSTRAINT "leavings_left_by_persons_id_fk" FOREIGN KEY ("left_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leavings" ADD CONSTRAINT "leavings_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "nominations" ADD CONSTRAINT "nominations_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "nominations" ADD CONSTRAINT "nominations_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "nominations" ADD CONSTRAINT "nominations_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "nominations" ADD CONSTRAINT "nominations_nominated_by_persons_id_fk" FOREIGN KEY ("nominated_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "nominations" ADD CONSTRAINT "nominations_decided_by_persons_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overrides" ADD CONSTRAINT "overrides_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overrides" ADD CONSTRAINT "overrides_overridden_by_persons_id_fk" FOREIGN KEY ("overridden_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotas" ADD CONSTRAINT "quotas_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotas" ADD CONSTRAINT "quotas_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluators" ADD CONSTRAINT "evaluators_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followups" ADD CONSTRAINT "followups_supervisor_id_persons_id_fk" FOREIGN KEY ("supervisor_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followups" ADD CONSTRAINT "followups_recorded_by_persons_id_fk" FOREIGN KEY ("recorded_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followups" ADD CONSTRAINT "followups_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meeting_points" ADD CONSTRAINT "meeting_points_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meeting_points" ADD CONSTRAINT "meeting_points_suggestion_id_suggestions_id_fk" FOREIGN KEY ("suggestion_id") REFERENCES "public"."suggestions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meetings" ADD CONSTRAINT "meetings_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meetings" ADD CONSTRAINT "meetings_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_owner_id_persons_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supervisions" ADD CONSTRAINT "supervisions_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supervisions" ADD CONSTRAINT "supervisions_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supervisions" ADD CONSTRAINT "supervisions_supervisor_id_persons_id_fk" FOREIGN KEY ("supervisor_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supervisions" ADD CONSTRAINT "supervisions_recorded_by_persons_id_fk" FOREIGN KEY ("recorded_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workplaces" ADD CONSTRAINT "workplaces_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workplaces" ADD CONSTRAINT "workplaces_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "calendar_renewals" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_person_id_trainers_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."trainers"("person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holidays" ADD CONSTRAINT "holidays_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_from_centre_id_centres_id_fk" FOREIGN KEY ("from_centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_to_centre_id_centres_id_fk" FOREIGN KEY ("to_centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_asked_by_persons_id_fk" FOREIGN KEY ("asked_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_answered_by_persons_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_region_code_regions_code_fk" FOREIGN KEY ("region_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trainers" ADD CONSTRAINT "trainers_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trainers" ADD CONSTRAINT "trainers_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attendance_reopenings_cohort" ON "attendance_reopenings" USING btree ("cohort_id");--> statement-breakpoint
CREATE UNIQUE INDEX "demands_live" ON "demands" USING btree ("person_id","course") WHERE "demands"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "demands_course" ON "demands" USING btree ("course","centre_id");--> statement-breakpoint
CREATE INDEX "leavings_cohort" ON "leavings" USING btree ("cohort_id");--> statement-breakpoint
CREATE INDEX "leavings_person" ON "leavings" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "nominations_facility" ON "nominations" USING btree ("facility_id");--> statement-breakpoint
CREATE INDEX "overrides_cohort" ON "overrides" USING btree ("cohort_id");--> statement-breakpoint
CREATE INDEX "quotas_cohort" ON "quotas" USING btree ("cohort_id");--> statement-breakpoint
CREATE INDEX "evaluations_cohort" ON "evaluations" USING btree ("cohort_id");--> statement-breakpoint
CREATE INDEX "followups_due" ON "followups" USING btree ("due_until");--> statement-breakpoint
CREATE INDEX "followups_supervisor" ON "followups" USING btree ("supervisor_id");--> statement-breakpoint
CREATE INDEX "meetings_centre" ON "meetings" USING btree ("centre_id","held_on");--> statement-breakpoint
CREATE INDEX "suggestions_centre" ON "suggestions" USING btree ("centre_id","state");--> statement-breakpoint
CREATE INDEX "supervisions_facility" ON "supervisions" USING btree ("facility_id","visited_on");--> statement-breakpoint
CREATE INDEX "supervisions_centre" ON "supervisions" USING btree ("centre_id","visited_on");--> statement-breakpoint
CREATE UNIQUE INDEX "workplaces_now" ON "workplaces" USING btree ("person_id") WHERE "workplaces"."until" is null;--> statement-breakpoint
CREATE INDEX "workplaces_facility" ON "workplaces" USING btree ("facility_id");--> statement-breakpoint
CREATE INDEX "absences_person" ON "absences" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "requests_to" ON "requests" USING btree ("to_centre_id","state");--> statement-breakpoint
CREATE INDEX "requests_from" ON "requests" USING btree ("from_centre_id");--> statement-breakpoint
CREATE UNIQUE INDEX "targets_once" ON "targets" USING btree ("centre_id","year","course",coalesce("facility_id", '00000000-0000-0000-0000-000000000000'::uuid),coalesce("region_code", ''),coalesce("profession", ''));--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_of_quota" FOREIGN KEY ("quota_id","cohort_id") REFERENCES "public"."quotas"("id","cohort_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_of_enrolled" FOREIGN KEY ("cohort_id","person_id","state") REFERENCES "public"."enrolments"("cohort_id","person_id","state") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "attendance" ALTER COLUMN "mark" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "attendance" ADD CONSTRAINT "attendance_source" CHECK ("attendance"."source" in ('sheet','self'));--> statement-breakpoint
ALTER TABLE "cohorts" ADD CONSTRAINT "cohorts_minimum" CHECK (("cohorts"."minimum" is null) = ("cohorts"."decide_on" is null) and "cohorts"."minimum" between 1 and "cohorts"."capacity" and "cohorts"."decide_on" <= "cohorts"."starts_on");--> statement-breakpoint
ALTER TABLE "cohorts" ADD CONSTRAINT "cohorts_offer_hours" CHECK ("cohorts"."offer_hours" between 1 and 336);--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments_offer" CHECK (("enrolments"."state" = 'offered') = ("enrolments"."offer_expires_at" is not null));--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments_state" CHECK ("enrolments"."state" in ('enrolled','offered','queued','withdrawn'));--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments_source" CHECK ("enrolments"."source" in ('self','coordinator','roster','nomination','transfer'));--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_state" CHECK ("seats"."state" in ('enrolled','offered'));--> statement-breakpoint
create trigger overrides_append_only before update or delete on overrides for each row execute function refuse_change();
--> statement-breakpoint
create trigger leavings_append_only before update or delete on leavings for each row execute function refuse_change();
--> statement-breakpoint
create trigger attendance_reopenings_append_only before update or delete on attendance_reopenings for each row execute function refuse_change();
--> statement-breakpoint
insert into workplaces (person_id, facility_id, profession, since)
select id, facility_id, profession, created_at::date from persons where erased_at is null and (facility_id is not null or profession is not null);
--> statement-breakpoint
insert into held_places (person_id, course, cohort_id)
select e.person_id, d.course, e.cohort_id
from enrolments e join cohorts c on c.id = e.cohort_id join editions d on d.id = c.edition_id
where e.state <> 'withdrawn' and c.state in ('draft', 'open') order by e.since on conflict do nothing;
--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "note" text;--> statement-breakpoint
CREATE TABLE "request_trainers" (
	"request_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	CONSTRAINT "request_trainers_request_id_person_id_pk" PRIMARY KEY("request_id","person_id")
);
--> statement-breakpoint
ALTER TABLE "request_trainers" ADD CONSTRAINT "request_trainers_request_id_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_trainers" ADD CONSTRAINT "request_trainers_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "request_trainers_person" ON "request_trainers" USING btree ("person_id");--> statement-breakpoint
ALTER TABLE "notices" ALTER COLUMN "recipient" DROP NOT NULL;--> statement-breakpoint
CREATE INDEX "notices_person" ON "notices" USING btree ("person_id","created_at");--> statement-breakpoint
ALTER TABLE "cohorts" ADD COLUMN "reminded_of" date;
--> statement-breakpoint

-- One name has many spellings: Құдайберген, Кудайберген, Qudaibergen, Kudaybergen. A key is the same for all of them. It errs on the
-- side of sameness, for it finds whom a human then looks at. Pure, so that columns can be made of it; the letters are listed, for
-- lower() depends on the locale that a database was made with.
create function name_key(name text) returns text language plpgsql immutable parallel safe as $$
declare k text := translate(name,
  'АаӘәБбВвГгҒғДдЕеЁёЭэЄєЖжЗзИиІіЙйЫыЇїКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҮүҰұЎўФфХхҺһЦцЧчÇçČčШшЩщŞşŠšЮюЯяABCDEFGHIJKLMNOPRSTUVXZQqWwYyÁáÀàÄäÂâÃãÅåĀāƏəÉéÈèÊêËëĒēĞğǴǵİıÍíÌìÎîÏïÝýĪīÑñŃńŇňÓóÒòÖöÔôÕõØøŌōÚúÙùÜüÛûŪūŽžŹźŻż',
  'aaaabbvvggggddeeeeeeeejjzziiiiiiiiiikkkkllmmnnnnoooopprrssttuuuuuuuuffhhhh11222222333333334455abcdefghijklmnoprstuvxzkkuuiiaaaaaaaaaaaaaaaaeeeeeeeeeeggggiiiiiiiiiiiiiinnnnnnoooooooooooooouuuuuuuuuujjjjjj');
begin
  k := regexp_replace(k, '[^a-z1-5]', '', 'g');
  k := replace(replace(replace(replace(replace(k, '1', 'ts'), '2', 'ch'), '3', 'sh'), '4', 'iu'), '5', 'ia');
  -- Digraphs of Latin spellings; Джамбул and Жамбыл, Alexandra and Александра begin alike.
  k := regexp_replace(replace(k, 'shch', 'sh'), 'd?zh|dj', 'j', 'g');
  k := replace(replace(replace(k, 'kh', 'h'), 'gh', 'g'), 'x', 'ks');
  k := regexp_replace(k, 'c(?!h)', 'k', 'g');
  -- Ye and yo for е and ё; -гюль, -гуль and -гүл.
  k := replace(replace(replace(regexp_replace(k, 'i+', 'i', 'g'), 'ie', 'e'), 'io', 'e'), 'iu', 'u');
  return regexp_replace(k, '(.)\1+', '\1', 'g');
end $$;
--> statement-breakpoint

-- A family name without what tells the sex or came with the Soviet passport: Оспан, Оспанов, Оспанова; Қуанышбай, Куанышбаева.
create function family_key(name text) returns text language plpgsql immutable parallel safe as $$
begin
  return regexp_replace(regexp_replace(name_key(name), '^(.{3,}?)(ova|eva|ov|ev|ina|in|skaia|skai|ski|kizi|uli|a)$', '\1'), '(..)i$', '\1');
end $$;
--> statement-breakpoint

-- The father's name in a patronymic: Серікұлы, Серік ұлы and Серикович, Маратқызы and Маратовна, Абайқызы and Абаевна. Its last
-- letters go too: where they met the ending, spellings differ.
create function patronymic_key(name text) returns text language plpgsql immutable parallel safe as $$
begin
  return nullif(regexp_replace(regexp_replace(name_key(name), '^(..+?)(ovich|evich|inich|ich|ovna|evna|inichna|ichna|kizi|gizi|uli|ugli|ogli|oglu)$', '\1'), '(..)[kgaeiou]+$', '\1'), '');
end $$;
--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "family_key" text GENERATED ALWAYS AS (family_key(family_name)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "given_key" text GENERATED ALWAYS AS (name_key(given_name)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "patronymic_key" text GENERATED ALWAYS AS (patronymic_key(patronymic)) STORED;--> statement-breakpoint
CREATE INDEX "persons_names" ON "persons" USING btree ("given_key","family_key") WHERE "persons"."erased_at" is null and "persons"."merged_into" is null;--> statement-breakpoint
CREATE INDEX "persons_fathers" ON "persons" USING btree ("given_key","patronymic_key") WHERE "persons"."erased_at" is null and "persons"."merged_into" is null;--> statement-breakpoint
CREATE TABLE "merges" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"into_id" uuid NOT NULL,
	"moved" "bytea",
	"merged_by" uuid,
	"merged_at" timestamp (3) with time zone NOT NULL,
	"undone_by" uuid,
	"undone_at" timestamp (3) with time zone,
	"undone_because" text,
	CONSTRAINT "merges_undone" CHECK (("merges"."undone_at" is null) = ("merges"."undone_because" is null) and ("merges"."undone_at" is null or "merges"."moved" is null))
);
--> statement-breakpoint
CREATE TABLE "distinct_persons" (
	"a" uuid NOT NULL,
	"b" uuid NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "distinct_persons_a_b_pk" PRIMARY KEY("a","b"),
	CONSTRAINT "distinct_persons_order" CHECK ("distinct_persons"."a" < "distinct_persons"."b")
);
--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_into_id_persons_id_fk" FOREIGN KEY ("into_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_merged_by_persons_id_fk" FOREIGN KEY ("merged_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_undone_by_persons_id_fk" FOREIGN KEY ("undone_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "merges_standing" ON "merges" USING btree ("person_id") WHERE "merges"."undone_at" is null;--> statement-breakpoint
CREATE INDEX "workplaces_person" ON "workplaces" USING btree ("person_id","since");--> statement-breakpoint
CREATE INDEX "merges_into" ON "merges" USING btree ("into_id");--> statement-breakpoint
ALTER TABLE "distinct_persons" ADD CONSTRAINT "distinct_persons_a_persons_id_fk" FOREIGN KEY ("a") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "distinct_persons" ADD CONSTRAINT "distinct_persons_b_persons_id_fk" FOREIGN KEY ("b") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "distinct_persons" ADD CONSTRAINT "distinct_persons_decided_by_persons_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "distinct_persons_b" ON "distinct_persons" USING btree ("b");--> statement-breakpoint

-- A duplicate leads straight to the record that is kept: no chains, and a way back only by the record of that very merge.
create or replace function check_merge() returns trigger language plpgsql as $$
begin
  if new.merged_into is null and old.merged_into is not null
    and not exists (select from merges m where m.person_id = old.id and m.merged_at = old.merged_at and m.undone_at is not null) then
    raise exception 'a merge is undone by its record alone' using errcode = 'restrict_violation';
  end if;
  if new.merged_into is not null and (
    exists (select from persons p where p.id = new.merged_into and p.merged_into is not null)
    or exists (select from persons p where p.merged_into = new.id)
  ) then
    raise exception 'a duplicate must lead to a record that is kept' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
