CREATE TABLE "dhis2_mappings" (
	"kind" text NOT NULL,
	"ours" text NOT NULL,
	"uid" text NOT NULL,
	"changed_by" uuid,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dhis2_mappings_kind" CHECK ("dhis2_mappings"."kind" in ('data-element','organisation-unit','category-option-combo','data-set')),
	CONSTRAINT "dhis2_mappings_uid" CHECK ("dhis2_mappings"."uid" ~ '^[A-Za-z][A-Za-z0-9]{10}$')
);
--> statement-breakpoint
CREATE TABLE "monthly_statements" (
	"month" text PRIMARY KEY NOT NULL,
	"body" text NOT NULL,
	"digest" text NOT NULL,
	"signature" "bytea" NOT NULL,
	"kid" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"checkpoint_size" bigint NOT NULL,
	"entry_seq" bigint NOT NULL,
	"signed_by" uuid,
	"signed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "monthly_statements_month" CHECK ("monthly_statements"."month" ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
	CONSTRAINT "monthly_statements_digest" CHECK ("monthly_statements"."digest" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "reconciliations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"ok" boolean NOT NULL,
	"entries" bigint NOT NULL,
	"figures" jsonb NOT NULL,
	"differences" jsonb NOT NULL,
	"more" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"name" text NOT NULL,
	"page" text NOT NULL,
	"query" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_views_page" CHECK ("saved_views"."page" in ('overview','counts','places','quality','certificates','ledger','trail','explain')),
	CONSTRAINT "saved_views_name_length" CHECK (length("saved_views"."name") between 1 and 80),
	CONSTRAINT "saved_views_query_length" CHECK (length("saved_views"."query") <= 2000)
);
--> statement-breakpoint
CREATE TABLE "holdings" (
	"certificate_id" uuid PRIMARY KEY NOT NULL,
	"holder_id" uuid NOT NULL,
	"demonstration" boolean NOT NULL,
	"region_code" text NOT NULL,
	"centre_id" uuid NOT NULL,
	"course" text NOT NULL,
	"profession" text,
	"counted_on" date NOT NULL,
	"expires_on" date,
	"previous_on" date,
	"previous_in_region" date,
	"previous_in_profession" date,
	"longest_in_profession" boolean NOT NULL,
	"longest_in_region" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "learning_sums" (
	"cohort_id" uuid PRIMARY KEY NOT NULL,
	"n" integer NOT NULL,
	"pre" numeric NOT NULL,
	"pre_squares" numeric NOT NULL,
	"post" numeric NOT NULL,
	"post_squares" numeric NOT NULL,
	"gain" numeric NOT NULL,
	"gain_squares" numeric NOT NULL,
	"sat" integer NOT NULL,
	"passed" integer NOT NULL
);
--> statement-breakpoint
-- The tallies of what stands become those of what happened, so that they know every day that is past: made anew from the certificates below.
DROP VIEW "standing_cells";
--> statement-breakpoint
DROP FUNCTION "tally_cell";
--> statement-breakpoint
DROP TABLE "tallies";
--> statement-breakpoint
CREATE TABLE "tallies" (
	"cell" uuid PRIMARY KEY NOT NULL,
	"happened_on" date NOT NULL,
	"counted_on" date NOT NULL,
	"region_code" text NOT NULL,
	"place_region" text NOT NULL,
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
	"n" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "indicator_values" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"indicator" text NOT NULL,
	"facility_id" uuid,
	"region_code" text,
	"year" integer NOT NULL,
	"value" double precision NOT NULL,
	"source" text NOT NULL,
	"imported_by" uuid,
	"imported_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"replaced_at" timestamp (3) with time zone,
	CONSTRAINT "indicator_values_place" CHECK (("indicator_values"."facility_id" is null) <> ("indicator_values"."region_code" is null)),
	CONSTRAINT "indicator_values_year" CHECK ("indicator_values"."year" between 1990 and 2100),
	CONSTRAINT "indicator_values_source" CHECK (length(trim("indicator_values"."source")) >= 3)
);
--> statement-breakpoint
CREATE TABLE "denials" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"person_id" uuid,
	"what" text NOT NULL,
	"code" text NOT NULL,
	"request_id" text
);
--> statement-breakpoint
CREATE TABLE "needs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"region_code" text,
	"profession" text NOT NULL,
	"year" integer NOT NULL,
	"needed" integer NOT NULL,
	"in_post" integer,
	"source" text NOT NULL,
	"invented" boolean DEFAULT false NOT NULL,
	"changed_by" uuid,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "needs_year" CHECK ("needs"."year" between 2000 and 2100),
	CONSTRAINT "needs_people" CHECK ("needs"."needed" between 1 and 1000000 and ("needs"."in_post" is null or "needs"."in_post" between 0 and 1000000)),
	CONSTRAINT "needs_source" CHECK (length(trim("needs"."source")) >= 3)
);
--> statement-breakpoint
DROP INDEX "certificates_counted";--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "scopes" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "dhis2_mappings" ADD CONSTRAINT "dhis2_mappings_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "monthly_statements" ADD CONSTRAINT "monthly_statements_signed_by_persons_id_fk" FOREIGN KEY ("signed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "indicator_values" ADD CONSTRAINT "indicator_values_facility_id_facilities_id_fk" FOREIGN KEY ("facility_id") REFERENCES "public"."facilities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "indicator_values" ADD CONSTRAINT "indicator_values_region_code_regions_code_fk" FOREIGN KEY ("region_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "indicator_values" ADD CONSTRAINT "indicator_values_imported_by_persons_id_fk" FOREIGN KEY ("imported_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "denials" ADD CONSTRAINT "denials_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "needs" ADD CONSTRAINT "needs_region_code_regions_code_fk" FOREIGN KEY ("region_code") REFERENCES "public"."regions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "needs" ADD CONSTRAINT "needs_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "dhis2_mappings_once" ON "dhis2_mappings" USING btree ("kind","ours");--> statement-breakpoint
CREATE INDEX "reconciliations_started" ON "reconciliations" USING btree ("started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "saved_views_name" ON "saved_views" USING btree ("person_id",lower("name"));--> statement-breakpoint
CREATE INDEX "holdings_counted" ON "holdings" USING btree ("counted_on","previous_on");--> statement-breakpoint
CREATE INDEX "holdings_holder" ON "holdings" USING btree ("holder_id");--> statement-breakpoint
CREATE INDEX "holdings_longest" ON "holdings" USING btree ("profession","region_code","expires_on","longest_in_profession","demonstration") WHERE "holdings"."longest_in_region";--> statement-breakpoint
CREATE INDEX "tallies_counted" ON "tallies" USING btree ("counted_on");--> statement-breakpoint
CREATE INDEX "tallies_sort" ON "tallies" USING btree ("demonstration");--> statement-breakpoint
CREATE INDEX "tallies_region" ON "tallies" USING btree ("region_code");--> statement-breakpoint
CREATE INDEX "tallies_centre" ON "tallies" USING btree ("centre_id");--> statement-breakpoint
CREATE UNIQUE INDEX "indicator_values_standing" ON "indicator_values" USING btree ("indicator","year",coalesce("facility_id"::text, "region_code")) WHERE "indicator_values"."replaced_at" is null;--> statement-breakpoint
CREATE INDEX "indicator_values_facility" ON "indicator_values" USING btree ("facility_id");--> statement-breakpoint
CREATE INDEX "denials_at" ON "denials" USING btree ("at");--> statement-breakpoint
CREATE INDEX "denials_person" ON "denials" USING btree ("person_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "needs_once" ON "needs" USING btree ("profession","year",coalesce("region_code", ''));--> statement-breakpoint
CREATE INDEX "entries_at" ON "entries" USING btree ("at","seq");--> statement-breakpoint
CREATE INDEX "entries_kind" ON "entries" USING btree ("kind","seq");--> statement-breakpoint
CREATE INDEX "entries_by" ON "entries" USING btree ((substring("body" from '"by":"([0-9a-f]{32})"') collate "C"),"seq") WHERE (substring("entries"."body" from '"by":"([0-9a-f]{32})"') collate "C") is not null;--> statement-breakpoint
CREATE INDEX "entries_centre" ON "entries" USING btree ((substring("body" from '"centre":"([0-9a-f-]{36})"') collate "C"),"seq") WHERE "entries"."kind" in ('role.changed', 'centre.accredited');--> statement-breakpoint
CREATE INDEX "entries_cohort" ON "entries" USING btree ((substring("body" from '"cohort":"([0-9a-f-]{36})"') collate "C"),"seq") WHERE (substring("entries"."body" from '"cohort":"([0-9a-f-]{36})"') collate "C") is not null;--> statement-breakpoint
CREATE INDEX "entries_serial" ON "entries" USING btree ((substring("body" from '"serial":"(KZ-[0-9]{4}-[0-9]{6})"') collate "C"),"seq") WHERE (substring("entries"."body" from '"serial":"(KZ-[0-9]{4}-[0-9]{6})"') collate "C") is not null;--> statement-breakpoint
CREATE INDEX "certificates_counted" ON "certificates" USING btree ("counted_on","serial");--> statement-breakpoint
CREATE INDEX "followups_begun" ON "followups" USING btree ("due_from","cohort_id","visited_on") WHERE "followups"."cancelled" is null;--> statement-breakpoint
CREATE INDEX "certificates_renewed" ON "certificates" USING btree ("renews_id") WHERE "certificates"."renews_id" is not null;--> statement-breakpoint
CREATE INDEX "certificates_issued" ON "certificates" USING btree ("issued_at");--> statement-breakpoint
CREATE INDEX "revocations_at" ON "revocations" USING btree ("revoked_at");
--> statement-breakpoint
create trigger monthly_statements_append_only before update or delete on monthly_statements for each row execute function refuse_change();
--> statement-breakpoint
create trigger denials_append_only before update on denials for each row execute function refuse_change();
--> statement-breakpoint
-- Who holds what stands, and what they held before it, from the certificates themselves: the holdings are to say the same at every moment.
create view held_now as
  with held as (
    select c.id as certificate_id, coalesce(p.merged_into, c.person_id) as holder_id, c.demonstration, c.region_code, c.centre_id, c.course, c.profession, c.counted_on, c.expires_on
      from certificates c
      join persons p on p.id = c.person_id
     where c.certifies
       and not exists (select from revocations  r where r.certificate_id = c.id)
       and not exists (select from certificates s where s.predecessor_id = c.id)
  )
  select h.*,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration order by h.counted_on, h.certificate_id) as previous_on,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.region_code order by h.counted_on, h.certificate_id) as previous_in_region,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.profession order by h.counted_on, h.certificate_id) as previous_in_profession,
         row_number() over (partition by h.holder_id, h.demonstration, h.profession order by coalesce(h.expires_on, 'infinity') desc, h.certificate_id) = 1 as longest_in_profession,
         row_number() over (partition by h.holder_id, h.demonstration, h.profession, h.region_code order by coalesce(h.expires_on, 'infinity') desc, h.certificate_id) = 1 as longest_in_region
    from held h;
--> statement-breakpoint
-- Writes anew what the holders of these records hold: a handful of rows each. Whoever issues, revokes, joins or parts takes the ledger's
-- head in the end; taken here, what another has just changed is seen, and two never write the same holder at once.
create function hold_again(records uuid[]) returns void language plpgsql as $$
declare
  holders uuid[];
begin
  perform from heads where id = 1 for update;
  select array_agg(distinct id order by id) into holders from (
    select coalesce(p.merged_into, p.id) as id from persons p where p.id = any(records)
    union
    select h.holder_id from holdings h join certificates c on c.id = h.certificate_id where c.person_id = any(records)
  ) touched;
  delete from holdings h where h.holder_id = any(holders);
  insert into holdings (certificate_id, holder_id, demonstration, region_code, centre_id, course, profession, counted_on, expires_on, previous_on, previous_in_region, previous_in_profession, longest_in_profession, longest_in_region)
  with held as (
    select c.id as certificate_id, coalesce(p.merged_into, c.person_id) as holder_id, c.demonstration, c.region_code, c.centre_id, c.course, c.profession, c.counted_on, c.expires_on
      from persons p
      join certificates c on c.person_id = p.id
     where (p.id = any(holders) or p.merged_into = any(holders))
       and coalesce(p.merged_into, p.id) = any(holders)
       and c.certifies
       and not exists (select from revocations  r where r.certificate_id = c.id)
       and not exists (select from certificates s where s.predecessor_id = c.id)
  )
  select h.*,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration order by h.counted_on, h.certificate_id),
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.region_code order by h.counted_on, h.certificate_id),
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.profession order by h.counted_on, h.certificate_id),
         row_number() over (partition by h.holder_id, h.demonstration, h.profession order by coalesce(h.expires_on, 'infinity') desc, h.certificate_id) = 1,
         row_number() over (partition by h.holder_id, h.demonstration, h.profession, h.region_code order by coalesce(h.expires_on, 'infinity') desc, h.certificate_id) = 1
    from held h;
end $$;
--> statement-breakpoint
create function held_issued() returns trigger language plpgsql as $$
begin
  perform hold_again((select array_agg(distinct person_id) from fresh where certifies));
  return null;
end $$;
--> statement-breakpoint
create trigger certificates_held after insert on certificates referencing new table as fresh for each statement execute function held_issued();
--> statement-breakpoint
create function held_revoked() returns trigger language plpgsql as $$
begin
  perform hold_again((select array_agg(distinct c.person_id) from fresh f join certificates c on c.id = f.certificate_id));
  return null;
end $$;
--> statement-breakpoint
create trigger revocations_held after insert on revocations referencing new table as fresh for each statement execute function held_revoked();
--> statement-breakpoint
create function held_joined() returns trigger language plpgsql as $$
begin
  perform hold_again(array[new.id]);
  return null;
end $$;
--> statement-breakpoint
create trigger persons_held after update of merged_into on persons for each row when (old.merged_into is distinct from new.merged_into) execute function held_joined();
--> statement-breakpoint
insert into holdings select * from held_now;
--> statement-breakpoint
-- The day of a moment in the country.
create function country_day(at timestamptz) returns date language sql stable as $$ select (at at time zone 'Asia/Almaty')::date $$;
--> statement-breakpoint
-- What happened to the number of standing certificates: each came as it was issued, and went as it was revoked or replaced, whichever was first.
create view certificate_events as
  select c.id as certificate_id, c.issued_at as at, 1 as n
    from certificates c
   where c.certifies
  union all
  select c.id, least(r.revoked_at, s.issued_at), -1
    from certificates c
    left join revocations  r on r.certificate_id = c.id
    left join certificates s on s.predecessor_id = c.id
   where c.certifies
     and (r.certificate_id is not null or s.id is not null);
--> statement-breakpoint
create function tally_cell(happened_on date, place_region text, c certificates) returns uuid language sql stable as $$
  select md5(concat_ws('|', happened_on, c.counted_on, c.region_code, place_region, c.centre_id, coalesce(c.rural::text, '-'), c.course, c.edition_id, c.guideline, coalesce(c.profession, '-'),
    coalesce(c.sex, '-'), c.language, c.kind, coalesce(c.expires_on::text, '-'), c.demonstration))::uuid
$$;
--> statement-breakpoint
-- The same cell by cell, from the certificates themselves: the tallies are to say the same at every moment.
create view standing_cells as
  select tally_cell(country_day(e.at), coalesce(f.region_code, z.region_code), c) as cell, country_day(e.at) as happened_on, c.counted_on, c.region_code, coalesce(f.region_code, z.region_code) as place_region,
         c.centre_id, c.rural, c.course, c.edition_id, c.guideline, c.profession, c.sex, c.language, c.kind, c.expires_on, c.demonstration, sum(e.n)::int as n
    from certificate_events e
    join certificates c on c.id = e.certificate_id
    join centres      z on z.id = c.centre_id
    left join facilities f on f.id = c.facility_id
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16;
--> statement-breakpoint
-- Adds what happened to the cells; in another region than the places lie in now, when they have just been moved. Whoever issues, revokes or
-- moves a place takes the ledger's head in the end; taken here, nobody's place moves between the reading and the writing.
create function tally(ids uuid[], days date[], ns integer[], place text) returns void language plpgsql as $$
begin
  perform from heads where id = 1 for update;
  insert into tallies as t (cell, happened_on, counted_on, region_code, place_region, centre_id, rural, course, edition_id, guideline, profession, sex, language, kind, expires_on, demonstration, n)
  select tally_cell(e.day, coalesce(place, f.region_code, z.region_code), c), e.day, c.counted_on, c.region_code, coalesce(place, f.region_code, z.region_code),
         c.centre_id, c.rural, c.course, c.edition_id, c.guideline, c.profession, c.sex, c.language, c.kind, c.expires_on, c.demonstration, sum(e.n)
    from unnest(ids, days, ns) as e (id, day, n)
    join certificates c on c.id = e.id
    join centres      z on z.id = c.centre_id
    left join facilities f on f.id = c.facility_id
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
   order by 1
  on conflict (cell) do update set n = t.n + excluded.n;
end $$;
--> statement-breakpoint
-- An issue adds one; a successor takes its predecessor's one away at its own moment, unless a revocation did before.
create or replace function tally_issued() returns trigger language plpgsql as $$
declare
  ids uuid[]; days date[]; ns integer[];
begin
  select array_agg(told.id), array_agg(country_day(told.at)), array_agg(told.n) into ids, days, ns from (
    select f.id, f.issued_at as at, 1 as n from fresh f where f.certifies
    union all
    select p.id, f.issued_at, -1
      from fresh f join certificates p on p.id = f.predecessor_id left join revocations r on r.certificate_id = p.id
     where p.certifies and (r.certificate_id is null or r.revoked_at > f.issued_at)
    union all
    select p.id, r.revoked_at, 1
      from fresh f join certificates p on p.id = f.predecessor_id join revocations r on r.certificate_id = p.id
     where p.certifies and r.revoked_at > f.issued_at
  ) told;
  perform tally(ids, days, ns, null);
  return null;
end $$;
--> statement-breakpoint
create or replace function tally_revoked() returns trigger language plpgsql as $$
declare
  ids uuid[]; days date[]; ns integer[];
begin
  select array_agg(told.id), array_agg(country_day(told.at)), array_agg(told.n) into ids, days, ns from (
    select c.id, f.revoked_at as at, -1 as n
      from fresh f join certificates c on c.id = f.certificate_id left join certificates s on s.predecessor_id = c.id
     where c.certifies and (s.id is null or f.revoked_at < s.issued_at)
    union all
    select c.id, s.issued_at, 1
      from fresh f join certificates c on c.id = f.certificate_id join certificates s on s.predecessor_id = c.id
     where c.certifies and f.revoked_at < s.issued_at
  ) told;
  perform tally(ids, days, ns, null);
  return null;
end $$;
--> statement-breakpoint
-- A place that moves to another region takes along what happened to the certificates of those who work there.
create function tally_moved() returns trigger language plpgsql as $$
declare
  ids uuid[]; days date[]; ns integer[]; minus integer[];
begin
  perform from heads where id = 1 for update;
  select array_agg(e.certificate_id), array_agg(country_day(e.at)), array_agg(e.n), array_agg(-e.n) into ids, days, ns, minus
    from certificates c join certificate_events e on e.certificate_id = c.id
   where (tg_table_name = 'facilities' and c.facility_id = new.id)
      or (tg_table_name = 'centres' and c.centre_id = new.id and c.facility_id is null);
  perform tally(ids, days, minus, old.region_code);
  perform tally(ids, days, ns, new.region_code);
  return null;
end $$;
--> statement-breakpoint
create trigger facilities_tallied after update of region_code on facilities for each row when (old.region_code is distinct from new.region_code) execute function tally_moved();
--> statement-breakpoint
create trigger centres_tallied after update of region_code on centres for each row when (old.region_code is distinct from new.region_code) execute function tally_moved();
--> statement-breakpoint
insert into tallies select * from standing_cells;
--> statement-breakpoint
-- What each closed cohort learned, from its first finished sittings and the marks that count now: the sums are to say the same at every moment.
create view learned_now as
  select p.cohort_id, count(p.pre)::int as n,
         coalesce(sum(p.pre), 0) as pre, coalesce(sum(p.pre * p.pre), 0) as pre_squares,
         coalesce(sum(p.post) filter (where p.pre is not null), 0) as post, coalesce(sum(p.post * p.post) filter (where p.pre is not null), 0) as post_squares,
         coalesce(sum(p.post - p.pre), 0) as gain, coalesce(sum((p.post - p.pre) * (p.post - p.pre)), 0) as gain_squares,
         count(*)::int as sat, (count(*) filter (where p.passed))::int as passed
    from (select f.cohort_id, f.person_id,
                 max(f.percent) filter (where f.kind = 'pre-test')    as pre,
                 max(f.percent) filter (where f.kind = 'post-test')   as post,
                 bool_or(f.passed) filter (where f.kind = 'post-test') as passed
            from (select distinct on (t.cohort_id, t.person_id, a.kind) t.cohort_id, t.person_id, a.kind,
                         100.0 * coalesce(r.score, t.score) / nullif(coalesce(r.maximum, t.maximum), 0) as percent, coalesce(r.passed, t.passed) as passed
                    from attempts t
                    join cohorts     c on c.id = t.cohort_id and c.state = 'closed'
                    join assessments a on a.id = t.assessment_id and a.kind in ('pre-test', 'post-test')
                    join enrolments  e on e.cohort_id = t.cohort_id and e.person_id = t.person_id and e.state = 'enrolled'
                    left join lateral (select x.score, x.maximum, x.passed from regrades x where x.attempt_id = t.id order by x.number desc limit 1) r on true
                   where t.number = 1 and t.finished_at is not null
                   order by t.cohort_id, t.person_id, a.kind, a.opens_at, a.id) f
           group by 1, 2) p
   where p.post is not null
   group by 1;
--> statement-breakpoint
create function learn_again(ids uuid[]) returns void language plpgsql as $$
begin
  if ids is null then return; end if;
  perform from heads where id = 1 for update;
  delete from learning_sums s where s.cohort_id = any(ids);
  insert into learning_sums select * from learned_now l where l.cohort_id = any(ids);
end $$;
--> statement-breakpoint
create function learned_closed() returns trigger language plpgsql as $$
begin
  perform learn_again(array[new.id]);
  return null;
end $$;
--> statement-breakpoint
create trigger cohorts_learned after update of state on cohorts for each row when (old.state is distinct from new.state and (old.state = 'closed' or new.state = 'closed')) execute function learned_closed();
--> statement-breakpoint
-- While a cohort is open nothing is summed: what comes late, after it was closed, is.
create function learned_late() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'regrades' then
    perform learn_again((select array_agg(distinct c.id) from fresh f join attempts t on t.id = f.attempt_id join cohorts c on c.id = t.cohort_id and c.state = 'closed'));
  else
    perform learn_again((select array_agg(distinct c.id) from fresh f join cohorts c on c.id = f.cohort_id and c.state = 'closed'));
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger attempts_begun_learned after insert on attempts referencing new table as fresh for each statement execute function learned_late();
--> statement-breakpoint
create trigger attempts_learned after update on attempts referencing new table as fresh for each statement execute function learned_late();
--> statement-breakpoint
create trigger regrades_learned after insert on regrades referencing new table as fresh for each statement execute function learned_late();
--> statement-breakpoint
create trigger enrolments_begun_learned after insert on enrolments referencing new table as fresh for each statement execute function learned_late();
--> statement-breakpoint
create trigger enrolments_learned after update on enrolments referencing new table as fresh for each statement execute function learned_late();
--> statement-breakpoint
create trigger enrolments_ended_learned after delete on enrolments referencing old table as fresh for each statement execute function learned_late();
--> statement-breakpoint
create trigger assessments_learned after update on assessments referencing new table as fresh for each statement execute function learned_late();
--> statement-breakpoint
insert into learning_sums select * from learned_now;
