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
	"profession" text,
	"counted_on" date NOT NULL,
	"previous_on" date,
	"previous_in_region" date,
	"previous_in_profession" date
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
    select c.id as certificate_id, coalesce(p.merged_into, c.person_id) as holder_id, c.demonstration, c.region_code, c.profession, c.counted_on
      from certificates c
      join persons p on p.id = c.person_id
     where c.certifies
       and not exists (select from revocations  r where r.certificate_id = c.id)
       and not exists (select from certificates s where s.predecessor_id = c.id)
  )
  select h.*,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration order by h.counted_on, h.certificate_id) as previous_on,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.region_code order by h.counted_on, h.certificate_id) as previous_in_region,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.profession order by h.counted_on, h.certificate_id) as previous_in_profession
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
  insert into holdings (certificate_id, holder_id, demonstration, region_code, profession, counted_on, previous_on, previous_in_region, previous_in_profession)
  with held as (
    select c.id as certificate_id, coalesce(p.merged_into, c.person_id) as holder_id, c.demonstration, c.region_code, c.profession, c.counted_on
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
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.profession order by h.counted_on, h.certificate_id)
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
