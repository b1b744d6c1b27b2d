ALTER TABLE "persons" ADD COLUMN "merged_into" uuid;--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "merged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "persons" ADD CONSTRAINT "persons_merged_into" FOREIGN KEY ("merged_into") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "persons_merged" ON "persons" USING btree ("merged_into") WHERE "persons"."merged_into" is not null;--> statement-breakpoint
ALTER TABLE "persons" ADD CONSTRAINT "persons_merged_both" CHECK (("persons"."merged_into" is null) = ("persons"."merged_at" is null) and "persons"."merged_into" is distinct from "persons"."id");--> statement-breakpoint

-- A duplicate leads straight to the record that is kept, and for ever: no chains, no way back.
create function check_merge() returns trigger language plpgsql as $$
begin
  if new.merged_into is null and old.merged_into is not null then
    raise exception 'a merge is final' using errcode = 'restrict_violation';
  end if;
  if new.merged_into is not null and (
    exists (select from persons p where p.id = new.merged_into and p.merged_into is not null)
    or exists (select from persons p where p.merged_into = new.id)
  ) then
    raise exception 'a duplicate must lead to a record that is kept' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger persons_merge before update of merged_into on persons for each row execute function check_merge();
