CREATE TABLE "tallies" (
	"cell" text PRIMARY KEY NOT NULL,
	"counted_on" date NOT NULL,
	"region_code" text NOT NULL,
	"centre_id" uuid NOT NULL,
	"rural" boolean,
	"course" text NOT NULL,
	"edition_id" uuid NOT NULL,
	"guideline" text NOT NULL,
	"profession" text,
	"sex" text,
	"language" text NOT NULL,
	"kind" text NOT NULL,
	"expires_on" date,
	"demonstration" boolean NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "tallies_n" CHECK ("tallies"."n" >= 0)
);
--> statement-breakpoint
CREATE TABLE "package_builds" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"edition_id" uuid NOT NULL,
	"locale" text NOT NULL,
	"format" text NOT NULL,
	"source_hash" text NOT NULL,
	"asked_by" uuid,
	"asked_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"failure" jsonb,
	CONSTRAINT "package_builds_once" UNIQUE("edition_id","locale","format"),
	CONSTRAINT "package_builds_source" CHECK ("package_builds"."source_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "package_builds_locale" CHECK ("package_builds"."locale" in ('kk','ru','en','all'))
);
--> statement-breakpoint
ALTER TABLE "adoption_steps" ADD COLUMN "corrects_id" uuid;
--> statement-breakpoint
ALTER TABLE "change_answers" ADD COLUMN "side" text NOT NULL;
--> statement-breakpoint
ALTER TABLE "procedure_requests" ADD COLUMN "locale" text DEFAULT 'kk' NOT NULL;
--> statement-breakpoint
ALTER TABLE "procedure_requests" ADD COLUMN "consent" text;
--> statement-breakpoint
ALTER TABLE "package_builds" ADD CONSTRAINT "package_builds_edition_id_editions_id_fk" FOREIGN KEY ("edition_id") REFERENCES "public"."editions"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "package_builds" ADD CONSTRAINT "package_builds_asked_by_persons_id_fk" FOREIGN KEY ("asked_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "tallies_counted" ON "tallies" USING btree ("counted_on");
--> statement-breakpoint
CREATE UNIQUE INDEX "procedure_requests_waiting" ON "procedure_requests" USING btree ("procedure",lower("email")) WHERE "procedure_requests"."state" = 'open';
--> statement-breakpoint
ALTER TABLE "adoption_reports" DROP COLUMN "pdf";
--> statement-breakpoint
ALTER TABLE "adoption_steps" ADD CONSTRAINT "adoption_steps_of_state" UNIQUE("id","adoption_id","state");
--> statement-breakpoint
ALTER TABLE "adoption_steps" ADD CONSTRAINT "adoption_steps_corrects" FOREIGN KEY ("corrects_id","adoption_id","state") REFERENCES "public"."adoption_steps"("id","adoption_id","state") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "adoption_steps" ADD CONSTRAINT "adoption_steps_corrected_once" UNIQUE("corrects_id");
--> statement-breakpoint
ALTER TABLE "change_answers" ADD CONSTRAINT "change_answers_side" CHECK ("change_answers"."side" in ('college','authors'));
--> statement-breakpoint
ALTER TABLE "procedure_requests" ADD CONSTRAINT "procedure_requests_locale" CHECK ("procedure_requests"."locale" in ('kk','ru','en'));
--> statement-breakpoint
create function tally_cell(c certificates) returns text language sql stable as $$
  select concat_ws('|', c.counted_on, c.region_code, c.centre_id, coalesce(c.rural::text, '-'), c.course, c.edition_id, c.guideline, coalesce(c.profession, '-'),
    coalesce(c.sex, '-'), c.language, c.kind, coalesce(c.expires_on::text, '-'), c.demonstration)
$$;
--> statement-breakpoint
-- What stands, cell by cell, from the certificates themselves: the tallies are to say the same at every moment.
create view standing_cells as
  select tally_cell(c) as cell, c.counted_on, c.region_code, c.centre_id, c.rural, c.course, c.edition_id, c.guideline, c.profession, c.sex, c.language, c.kind, c.expires_on, c.demonstration,
         count(*)::int as n
    from certificates c
   where c.certifies
     and not exists (select from revocations  r where r.certificate_id = c.id)
     and not exists (select from certificates s where s.predecessor_id = c.id)
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14;
--> statement-breakpoint
-- An issue adds one; a successor takes its predecessor's one away, unless a revocation did before.
create function tally_issued() returns trigger language plpgsql as $$
begin
  insert into tallies as t (cell, counted_on, region_code, centre_id, rural, course, edition_id, guideline, profession, sex, language, kind, expires_on, demonstration, n)
  select tally_cell(c), c.counted_on, c.region_code, c.centre_id, c.rural, c.course, c.edition_id, c.guideline, c.profession, c.sex, c.language, c.kind, c.expires_on, c.demonstration, count(*)
    from certificates c
   where c.id in (select id from fresh) and c.certifies
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
   order by 1
  on conflict (cell) do update set n = t.n + excluded.n;

  update tallies t set n = t.n - gone.n
    from (select tally_cell(p) as cell, count(*) as n
            from certificates p
           where p.id in (select predecessor_id from fresh) and p.certifies
             and not exists (select from revocations r where r.certificate_id = p.id)
           group by 1) gone
   where t.cell = gone.cell;
  return null;
end $$;
--> statement-breakpoint
create trigger certificates_tallied after insert on certificates referencing new table as fresh for each statement execute function tally_issued();
--> statement-breakpoint
create function tally_revoked() returns trigger language plpgsql as $$
begin
  update tallies t set n = t.n - gone.n
    from (select tally_cell(c) as cell, count(*) as n
            from certificates c
           where c.id in (select certificate_id from fresh) and c.certifies
             and not exists (select from certificates s where s.predecessor_id = c.id)
           group by 1) gone
   where t.cell = gone.cell;
  return null;
end $$;
--> statement-breakpoint
create trigger revocations_tallied after insert on revocations referencing new table as fresh for each statement execute function tally_revoked();
--> statement-breakpoint
insert into tallies select * from standing_cells;
