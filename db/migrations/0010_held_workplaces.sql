-- Holdings know the workplace, so that those of a region are counted without the certificates.
ALTER TABLE "holdings" ADD COLUMN "facility_id" uuid;
--> statement-breakpoint
drop view held_now;
--> statement-breakpoint
create view held_now as
  with held as (
    select c.id as certificate_id, coalesce(p.merged_into, c.person_id) as holder_id, c.demonstration, c.region_code, c.centre_id, c.facility_id, c.course, c.profession, c.counted_on, c.expires_on
      from certificates c
      join persons p on p.id = c.person_id
     where c.certifies
       and not exists (select from revocations  r where r.certificate_id = c.id)
       and not exists (select from certificates s where s.predecessor_id = c.id)
  )
  select h.certificate_id, h.holder_id, h.demonstration, h.region_code, h.centre_id, h.course, h.profession, h.counted_on, h.expires_on,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration order by h.counted_on, h.certificate_id) as previous_on,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.region_code order by h.counted_on, h.certificate_id) as previous_in_region,
         lag(h.counted_on) over (partition by h.holder_id, h.demonstration, h.profession order by h.counted_on, h.certificate_id) as previous_in_profession,
         row_number() over (partition by h.holder_id, h.demonstration, h.profession order by coalesce(h.expires_on, 'infinity') desc, h.certificate_id) = 1 as longest_in_profession,
         row_number() over (partition by h.holder_id, h.demonstration, h.profession, h.region_code order by coalesce(h.expires_on, 'infinity') desc, h.certificate_id) = 1 as longest_in_region,
         h.facility_id
    from held h;
--> statement-breakpoint
create or replace function hold_again(records uuid[]) returns void language plpgsql as $$
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
  insert into holdings (certificate_id, holder_id, demonstration, region_code, centre_id, facility_id, course, profession, counted_on, expires_on, previous_on, previous_in_region, previous_in_profession, longest_in_profession, longest_in_region)
  with held as (
    select c.id as certificate_id, coalesce(p.merged_into, c.person_id) as holder_id, c.demonstration, c.region_code, c.centre_id, c.facility_id, c.course, c.profession, c.counted_on, c.expires_on
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
update holdings h set facility_id = c.facility_id from certificates c where c.id = h.certificate_id and c.facility_id is not null;
--> statement-breakpoint
CREATE INDEX "holdings_workplace" ON "holdings" USING btree ("region_code","facility_id","counted_on","demonstration");--> statement-breakpoint
CREATE INDEX "seats_taken" ON "seats" USING btree ("cohort_id") WHERE "seats"."state" = 'enrolled';
