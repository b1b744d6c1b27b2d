CREATE TABLE "batch_certificates" (
	"certificate_id" uuid PRIMARY KEY NOT NULL,
	"batch_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"certificate_id" uuid PRIMARY KEY NOT NULL,
	"body" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "expiry_reminders" (
	"certificate_id" uuid NOT NULL,
	"days" integer NOT NULL,
	"reminded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "expiry_reminders_certificate_id_days_pk" PRIMARY KEY("certificate_id","days"),
	CONSTRAINT "expiry_reminders_days" CHECK ("expiry_reminders"."days" in (90, 30, 7))
);
--> statement-breakpoint
CREATE TABLE "issue_batches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"plan_id" uuid,
	"issued_by" uuid,
	"issued_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"hand_over_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"refused" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"handed_over_at" timestamp (3) with time zone,
	"taken_back_at" timestamp (3) with time zone,
	"taken_back_by" uuid,
	"reason" text,
	CONSTRAINT "issue_batches_planId_unique" UNIQUE("plan_id"),
	CONSTRAINT "issue_batches_one_end" CHECK ("issue_batches"."handed_over_at" is null or "issue_batches"."taken_back_at" is null),
	CONSTRAINT "issue_batches_reason" CHECK (("issue_batches"."taken_back_at" is null) = ("issue_batches"."reason" is null))
);
--> statement-breakpoint
CREATE TABLE "issue_plans" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"digest" text NOT NULL,
	"to_issue" integer NOT NULL,
	"refused" integer NOT NULL,
	"decided" jsonb NOT NULL,
	"made_by" uuid,
	"made_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "issue_plans_digest" CHECK ("issue_plans"."digest" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "certificate_kinds" (
	"kind" text PRIMARY KEY NOT NULL,
	"titles" jsonb NOT NULL,
	"confirms" jsonb NOT NULL,
	"legal_basis" jsonb,
	"template" text NOT NULL,
	"approval_required" boolean NOT NULL,
	"accreditation_required" boolean NOT NULL,
	"otherwise" text,
	"credited" boolean NOT NULL,
	"certifies" boolean NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "certificate_kinds_kind" CHECK ("certificate_kinds"."kind" ~ '^[a-z][a-z-]{1,40}$'),
	CONSTRAINT "certificate_kinds_texts" CHECK ("certificate_kinds"."titles" ?& array['kk','ru','en'] and "certificate_kinds"."confirms" ?& array['kk','ru','en'] and ("certificate_kinds"."legal_basis" is null or "certificate_kinds"."legal_basis" ?& array['kk','ru','en'])),
	CONSTRAINT "certificate_kinds_template" CHECK ("certificate_kinds"."template" in ('certificate','attendance'))
);
--> statement-breakpoint
CREATE TABLE "followup_corrections" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"cohort_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"before" jsonb NOT NULL,
	"reason" text NOT NULL,
	"corrected_by" uuid,
	"corrected_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "followup_corrections_reason" CHECK (length(trim("followup_corrections"."reason")) >= 5)
);
--> statement-breakpoint
CREATE TABLE "accreditations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"centre_id" uuid NOT NULL,
	"body" jsonb NOT NULL,
	"number" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"withdrawn_on" date,
	"recorded_by" uuid,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accreditations_number" UNIQUE("centre_id","number"),
	CONSTRAINT "accreditations_body" CHECK ("accreditations"."body" ?& array['kk','ru','en']),
	CONSTRAINT "accreditations_days" CHECK ("accreditations"."valid_until" is null or "accreditations"."valid_until" >= "accreditations"."valid_from")
);
--> statement-breakpoint
ALTER TABLE "editions" DROP CONSTRAINT "editions_kind";--> statement-breakpoint
DROP INDEX "certificates_one";--> statement-breakpoint
ALTER TABLE "logbook" ADD COLUMN "visit" text;--> statement-breakpoint
ALTER TABLE "certificates" ADD COLUMN "certifies" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "certificates" ADD COLUMN "renews_id" uuid;--> statement-breakpoint
ALTER TABLE "revocations" ADD COLUMN "taken_back" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "public_keys" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "centres" ADD COLUMN "hand_over_minutes" integer DEFAULT 15 NOT NULL;--> statement-breakpoint
ALTER TABLE "batch_certificates" ADD CONSTRAINT "batch_certificates_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batch_certificates" ADD CONSTRAINT "batch_certificates_batch_id_issue_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."issue_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "expiry_reminders" ADD CONSTRAINT "expiry_reminders_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_batches" ADD CONSTRAINT "issue_batches_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_batches" ADD CONSTRAINT "issue_batches_plan_id_issue_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."issue_plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_batches" ADD CONSTRAINT "issue_batches_issued_by_persons_id_fk" FOREIGN KEY ("issued_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_batches" ADD CONSTRAINT "issue_batches_taken_back_by_persons_id_fk" FOREIGN KEY ("taken_back_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_plans" ADD CONSTRAINT "issue_plans_cohort_id_cohorts_id_fk" FOREIGN KEY ("cohort_id") REFERENCES "public"."cohorts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_plans" ADD CONSTRAINT "issue_plans_made_by_persons_id_fk" FOREIGN KEY ("made_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_kinds" ADD CONSTRAINT "certificate_kinds_otherwise" FOREIGN KEY ("otherwise") REFERENCES "public"."certificate_kinds"("kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_corrections" ADD CONSTRAINT "followup_corrections_corrected_by_persons_id_fk" FOREIGN KEY ("corrected_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_corrections" ADD CONSTRAINT "followup_corrections_of_visit" FOREIGN KEY ("cohort_id","person_id") REFERENCES "public"."followups"("cohort_id","person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accreditations" ADD CONSTRAINT "accreditations_centre_id_centres_id_fk" FOREIGN KEY ("centre_id") REFERENCES "public"."centres"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batch_certificates_batch" ON "batch_certificates" USING btree ("batch_id");--> statement-breakpoint
CREATE INDEX "issue_batches_cohort" ON "issue_batches" USING btree ("cohort_id","issued_at");--> statement-breakpoint
CREATE INDEX "issue_plans_cohort" ON "issue_plans" USING btree ("cohort_id","made_at");--> statement-breakpoint
CREATE INDEX "followup_corrections_visit" ON "followup_corrections" USING btree ("cohort_id","person_id");--> statement-breakpoint
-- The kinds known so far, with the words their certificates have carried until now.
insert into certificate_kinds (kind, titles, confirms, legal_basis, template, approval_required, accreditation_required, otherwise, credited, certifies) values
  ('non-formal', '{"kk": "Сертификат", "ru": "Сертификат", "en": "Certificate"}', '{"kk": "формальды емес білім беру бағдарламасы бойынша оқудан өткенін растайды", "ru": "подтверждает прохождение программы неформального образования", "en": "confirms training in a non-formal education programme"}', '{"kk": "ҚР Денсаулық сақтау министрінің 2020 жылғы 21 желтоқсандағы № ҚР ДСМ-303/2020 бұйрығы", "ru": "Приказ министра здравоохранения РК от 21 декабря 2020 года № ҚР ДСМ-303/2020", "en": "Order of the Minister of Healthcare of the Republic of Kazakhstan No. ҚР ДСМ-303/2020 of 21 December 2020"}', 'certificate', false, false, null, true, true),
  ('advanced', '{"kk": "Біліктілікті арттыру туралы куәлік", "ru": "Свидетельство о повышении квалификации", "en": "Certificate of advanced training"}', '{"kk": "біліктілікті арттыру бағдарламасы бойынша оқудан өткенін растайды", "ru": "подтверждает прохождение программы повышения квалификации", "en": "confirms completion of an advanced training programme"}', '{"kk": "ҚР Денсаулық сақтау министрінің 2020 жылғы 21 желтоқсандағы № ҚР ДСМ-303/2020 бұйрығы", "ru": "Приказ министра здравоохранения РК от 21 декабря 2020 года № ҚР ДСМ-303/2020", "en": "Order of the Minister of Healthcare of the Republic of Kazakhstan No. ҚР ДСМ-303/2020 of 21 December 2020"}', 'certificate', true, true, 'non-formal', true, true),
  ('attendance', '{"kk": "Қатысу туралы анықтама", "ru": "Справка об участии", "en": "Statement of attendance"}', '{"kk": "оқуға қатысқанын растайды", "ru": "подтверждает участие в обучении", "en": "confirms attendance at the training"}', null, 'attendance', false, false, null, false, false);
--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_kind_certificate_kinds_kind_fk" FOREIGN KEY ("kind") REFERENCES "public"."certificate_kinds"("kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_renews" FOREIGN KEY ("renews_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "editions" ADD CONSTRAINT "editions_kind_certificate_kinds_kind_fk" FOREIGN KEY ("kind") REFERENCES "public"."certificate_kinds"("kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "certificates_one_renewal" ON "certificates" USING btree ("renews_id") WHERE "certificates"."predecessor_id" is null;--> statement-breakpoint
CREATE INDEX "certificates_expiring" ON "certificates" USING btree ("expires_on") WHERE "certificates"."expires_on" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "certificates_one" ON "certificates" USING btree ("person_id","cohort_id","certifies") WHERE "certificates"."predecessor_id" is null;--> statement-breakpoint
ALTER TABLE "logbook" ADD CONSTRAINT "logbook_visit" CHECK ("logbook"."visit" is null or ("logbook"."visit" in ('antenatal','newborn','routine','unscheduled') and "logbook"."setting" in ('home','simulation')));--> statement-breakpoint
ALTER TABLE "centres" ADD CONSTRAINT "centres_hand_over" CHECK ("centres"."hand_over_minutes" between 0 and 1440);--> statement-breakpoint
create trigger credentials_final before update or delete on credentials for each row execute function refuse_unless_erased();
--> statement-breakpoint
create trigger credentials_no_truncate before truncate on credentials for each statement execute function refuse_change();
--> statement-breakpoint
create trigger batch_certificates_append_only before update or delete on batch_certificates for each row execute function refuse_change();
--> statement-breakpoint
create trigger issue_plans_append_only before update or delete on issue_plans for each row execute function refuse_change();
--> statement-breakpoint
create trigger followup_corrections_append_only before update or delete on followup_corrections for each row execute function refuse_change();
--> statement-breakpoint

-- What a kind demands is demanded here too, whatever the code above does: an approved edition (or one for demonstration) and an
-- accredited centre, as of the day of issue; and a certificate certifies exactly when its kind does. A replacement keeps what its
-- predecessor was, which may be older than the demand.
create function check_certificate_kind() returns trigger language plpgsql as $$
declare asked certificate_kinds%rowtype;
begin
  if exists (
    select 1 from certificates before where before.id = new.predecessor_id and before.kind = new.kind and before.edition_id = new.edition_id
      and before.certifies = new.certifies and not exists (select 1 from revocations where certificate_id = before.id)
  ) then
    return new;
  end if;
  select * into asked from certificate_kinds where kind = new.kind;
  if asked.certifies <> new.certifies then
    raise exception 'whether % certifies is said by its kind', new.serial using errcode = 'restrict_violation';
  end if;
  if asked.approval_required and not exists (select 1 from editions where id = new.edition_id and (approval is not null or demonstration)) then
    raise exception 'a certificate of kind % needs an approved edition', new.kind using errcode = 'restrict_violation';
  end if;
  if asked.accreditation_required and not exists (
    select 1 from accreditations where centre_id = new.centre_id and valid_from <= new.issued_on
      and (valid_until is null or valid_until >= new.issued_on) and (withdrawn_on is null or withdrawn_on > new.issued_on)
  ) then
    raise exception 'a certificate of kind % needs an accredited centre', new.kind using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger certificates_of_kind before insert on certificates for each row execute function check_certificate_kind();
--> statement-breakpoint

-- What a kind is stays; its words and demands may change.
create function check_kind() returns trigger language plpgsql as $$
begin
  if (new.kind, new.template, new.certifies) is distinct from (old.kind, old.template, old.certifies) then
    raise exception 'kind %: its name, its drawing and whether it certifies stay', old.kind using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger certificate_kinds_settled before update on certificate_kinds for each row execute function check_kind();
--> statement-breakpoint

-- An accreditation is recorded once and may be withdrawn once.
create function check_accreditation() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.withdrawn_on is not null or new.withdrawn_on < new.valid_from or to_jsonb(new) - 'withdrawn_on' <> to_jsonb(old) - 'withdrawn_on' then
    raise exception 'accreditation % is recorded', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger accreditations_final before update or delete on accreditations for each row execute function check_accreditation();
--> statement-breakpoint
create trigger accreditations_no_truncate before truncate on accreditations for each statement execute function refuse_change();
--> statement-breakpoint
-- Duplicates are looked for among those without a personal number, in the order of names, each by its keys.
DROP INDEX "persons_fathers";--> statement-breakpoint
CREATE INDEX "persons_fathers" ON "persons" USING btree ("given_key","patronymic_key","facility_id") WHERE "persons"."erased_at" is null and "persons"."merged_into" is null;--> statement-breakpoint
CREATE INDEX "persons_fathers_mail" ON "persons" USING btree ("given_key","patronymic_key") WHERE "persons"."erased_at" is null and "persons"."merged_into" is null and "persons"."email" is not null;--> statement-breakpoint
CREATE INDEX "persons_unnumbered" ON "persons" USING btree ("folded","id") WHERE "persons"."iin_lookup" is null and "persons"."given_key" <> '' and "persons"."erased_at" is null and "persons"."merged_into" is null;
