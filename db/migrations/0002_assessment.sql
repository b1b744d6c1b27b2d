CREATE TABLE "extra_times" (
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"percent" integer NOT NULL,
	"granted_by" uuid NOT NULL,
	"granted_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "extra_times_cohort_id_person_id_pk" PRIMARY KEY("cohort_id","person_id"),
	CONSTRAINT "extra_times_percent" CHECK ("extra_times"."percent" between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "regrades" (
	"attempt_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"removed" jsonb NOT NULL,
	"score" integer NOT NULL,
	"maximum" integer NOT NULL,
	"passed" boolean NOT NULL,
	"regraded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "regrades_attempt_id_number_pk" PRIMARY KEY("attempt_id","number"),
	CONSTRAINT "regrades_score" CHECK ("regrades"."score" between 0 and "regrades"."maximum")
);
--> statement-breakpoint
CREATE TABLE "removals" (
	"edition_id" uuid NOT NULL,
	"item_id" text NOT NULL,
	"reason" text NOT NULL,
	"removed_by" uuid NOT NULL,
	"removed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "removals_edition_id_item_id_pk" PRIMARY KEY("edition_id","item_id"),
	CONSTRAINT "removals_reason" CHECK (length("removals"."reason") between 10 and 2000)
);
--> statement-breakpoint
ALTER TABLE "logbook" DROP CONSTRAINT "logbook_cases";--> statement-breakpoint
ALTER TABLE "logbook" ALTER COLUMN "confirmed_by" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "logbook" ALTER COLUMN "confirmed_at" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "logbook" ALTER COLUMN "confirmed_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "assessments" ADD COLUMN "day" integer;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "logbook" ADD COLUMN "age_group" text;--> statement-breakpoint
ALTER TABLE "logbook" ADD COLUMN "setting" text;--> statement-breakpoint
ALTER TABLE "logbook" ADD COLUMN "edition" text;--> statement-breakpoint
ALTER TABLE "logbook" ADD COLUMN "signs" jsonb;--> statement-breakpoint
ALTER TABLE "logbook" ADD COLUMN "classifications" jsonb;--> statement-breakpoint
ALTER TABLE "logbook" ADD COLUMN "recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
-- A day's count becomes as many cases of which nothing else was written down. Only the latest count of a day counted.
delete from logbook old using logbook newer
where newer.cohort_id = old.cohort_id and newer.person_id = old.person_id and newer.date = old.date
  and (newer.confirmed_at, newer.id) > (old.confirmed_at, old.id);--> statement-breakpoint
update logbook set recorded_at = confirmed_at, age_group = 'not-recorded', setting = 'not-recorded', signs = '[]', classifications = '[]';--> statement-breakpoint
insert into logbook (cohort_id, person_id, date, cases, age_group, setting, signs, classifications, recorded_at, confirmed_by, confirmed_at)
select cohort_id, person_id, date, 1, age_group, setting, signs, classifications, recorded_at, confirmed_by, confirmed_at
from logbook, generate_series(2, cases);--> statement-breakpoint
ALTER TABLE "logbook" ALTER COLUMN "age_group" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "logbook" ALTER COLUMN "setting" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "logbook" ALTER COLUMN "signs" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "logbook" ALTER COLUMN "classifications" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "logbook" DROP COLUMN "cases";--> statement-breakpoint
ALTER TABLE "observations" ADD COLUMN "role" text DEFAULT 'examiner' NOT NULL;--> statement-breakpoint
ALTER TABLE "extra_times" ADD CONSTRAINT "extra_times_granted_by_persons_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extra_times" ADD CONSTRAINT "extra_times_of_enrolment" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."enrolments"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "regrades" ADD CONSTRAINT "regrades_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "removals" ADD CONSTRAINT "removals_removed_by_persons_id_fk" FOREIGN KEY ("removed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "removals" ADD CONSTRAINT "removals_of_item" FOREIGN KEY ("edition_id","item_id") REFERENCES "public"."items"("edition_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assessments" ADD CONSTRAINT "assessments_day" CHECK ("assessments"."day" > 0);--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_language" CHECK ("attempts"."language" in ('kk','ru','en'));--> statement-breakpoint
ALTER TABLE "logbook" ADD CONSTRAINT "logbook_age_group" CHECK ("logbook"."age_group" in ('young-infant','child','not-recorded'));--> statement-breakpoint
ALTER TABLE "logbook" ADD CONSTRAINT "logbook_setting" CHECK ("logbook"."setting" in ('outpatient','inpatient','home','simulation','not-recorded'));--> statement-breakpoint
ALTER TABLE "logbook" ADD CONSTRAINT "logbook_confirmed" CHECK (("logbook"."confirmed_by" is null) = ("logbook"."confirmed_at" is null));--> statement-breakpoint
ALTER TABLE "observations" ADD CONSTRAINT "observations_role" CHECK ("observations"."role" in ('examiner','second'));
--> statement-breakpoint

create trigger removals_append_only before update or delete on removals for each row execute function refuse_change();
--> statement-breakpoint
create trigger removals_no_truncate before truncate on removals for each statement execute function refuse_change();
--> statement-breakpoint
create trigger regrades_append_only before update or delete on regrades for each row execute function refuse_change();
--> statement-breakpoint
create trigger regrades_no_truncate before truncate on regrades for each statement execute function refuse_change();
--> statement-breakpoint

-- A case that a trainer has confirmed is final; an unconfirmed one may still be corrected or taken back.
create function refuse_if_confirmed() returns trigger language plpgsql as $$
begin
  if old.confirmed_at is not null then
    raise exception 'a confirmed case is final: % refused', tg_op using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
--> statement-breakpoint
create trigger logbook_final before update or delete on logbook for each row execute function refuse_if_confirmed();
