-- What must not happen is refused here too, whatever the code above does.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger entries_append_only before update or delete on entries for each row execute function refuse_change();
--> statement-breakpoint
create trigger entries_no_truncate before truncate on entries for each statement execute function refuse_change();
--> statement-breakpoint
create trigger nodes_append_only before update or delete on nodes for each row execute function refuse_change();
--> statement-breakpoint
create trigger nodes_no_truncate before truncate on nodes for each statement execute function refuse_change();
--> statement-breakpoint
create trigger checkpoints_append_only before update or delete on checkpoints for each row execute function refuse_change();
--> statement-breakpoint
create trigger checkpoints_no_truncate before truncate on checkpoints for each statement execute function refuse_change();
--> statement-breakpoint
create trigger certificates_append_only before update or delete on certificates for each row execute function refuse_change();
--> statement-breakpoint
create trigger certificates_no_truncate before truncate on certificates for each statement execute function refuse_change();
--> statement-breakpoint
create trigger revocations_append_only before update or delete on revocations for each row execute function refuse_change();
--> statement-breakpoint
create trigger revocations_no_truncate before truncate on revocations for each statement execute function refuse_change();
--> statement-breakpoint

-- Each entry continues the one before it.
create function check_entry() returns trigger language plpgsql as $$
declare before bytea;
begin
  if new.seq = 1 then
    before := decode(repeat('00', 32), 'hex');
  else
    select hash into before from entries where seq = new.seq - 1;
  end if;
  if before is null or before <> new.prev then
    raise exception 'entry % does not continue the chain', new.seq using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger entries_chain before insert on entries for each row execute function check_entry();
--> statement-breakpoint

-- A holder's name and PDF go only when the person has been erased; they never change.
create function refuse_unless_erased() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and exists (
    select 1 from certificates c join persons p on p.id = c.person_id
    where c.id = old.certificate_id and p.erased_at is not null
  ) then
    return old;
  end if;
  raise exception '% of a certificate is final: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger statements_final before update or delete on statements for each row execute function refuse_unless_erased();
--> statement-breakpoint
create trigger statements_no_truncate before truncate on statements for each statement execute function refuse_change();
--> statement-breakpoint
create trigger certificate_files_final before update or delete on certificate_files for each row execute function refuse_unless_erased();
--> statement-breakpoint
create trigger certificate_files_no_truncate before truncate on certificate_files for each statement execute function refuse_change();
--> statement-breakpoint

-- Serial numbers go up by one.
create function check_serial() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.last <> old.last + 1 then
    raise exception 'serial numbers have no gaps' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger serials_gapless before update or delete on serials for each row execute function check_serial();
--> statement-breakpoint

-- A finished attempt and its answers are final.
create function refuse_finished_attempt() returns trigger language plpgsql as $$
begin
  if old.finished_at is not null then
    raise exception 'attempt % is finished', old.id using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
--> statement-breakpoint
create trigger attempts_final before update or delete on attempts for each row execute function refuse_finished_attempt();
--> statement-breakpoint
create function refuse_late_answer() returns trigger language plpgsql as $$
declare attempt uuid := case when tg_op = 'DELETE' then old.attempt_id else new.attempt_id end;
begin
  if exists (select 1 from attempts where id = attempt and finished_at is not null) then
    raise exception 'attempt % is finished', attempt using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
--> statement-breakpoint
create trigger answers_final before insert or update or delete on answers for each row execute function refuse_late_answer();
--> statement-breakpoint

-- A published edition is frozen; only its approval may be recorded, once.
create function check_edition() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.approval is not null or to_jsonb(new) - 'approval' <> to_jsonb(old) - 'approval' then
    raise exception 'edition % is published' , old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger editions_frozen before update or delete on editions for each row execute function check_edition();
--> statement-breakpoint
create trigger lessons_frozen before update or delete on lessons for each row execute function refuse_change();
--> statement-breakpoint
create trigger items_frozen before update or delete on items for each row execute function refuse_change();
--> statement-breakpoint
create trigger stations_frozen before update or delete on stations for each row execute function refuse_change();
--> statement-breakpoint

insert into heads (id, seq, hash) values (1, 0, decode(repeat('00', 32), 'hex'));
--> statement-breakpoint

-- Appends one entry, in one round trip and with the head row locked as shortly as can be:
-- hash = SHA-256("besik-ledger-v1" || 0x00 || prev || seq as 8 bytes || body), leaf = SHA-256(0x00 || hash),
-- node = SHA-256(0x01 || left || right) as in RFC 9162. modules/ledger checks all of it again in another language.
create function append_entry(entry_at timestamptz, entry_kind text, entry_body text) returns bigint language plpgsql as $$
declare
  head record;
  last bytea;
  number bigint;
  own bytea;
  node bytea;
  sibling bytea;
  position bigint;
  height smallint := 0;
begin
  select seq, hash into strict head from heads where id = 1 for update;
  select hash into last from entries where seq = head.seq;
  if head.seq > 0 and (last is null or last <> head.hash) then
    raise exception 'the ledger head disagrees with entry %', head.seq using errcode = 'restrict_violation';
  end if;
  number := head.seq + 1;
  own := sha256(convert_to('besik-ledger-v1', 'UTF8') || '\x00'::bytea || head.hash || int8send(number) || convert_to(entry_body, 'UTF8'));
  insert into entries (seq, at, kind, body, prev, hash) values (number, entry_at, entry_kind, entry_body, head.hash, own);
  position := number - 1;
  node := sha256('\x00'::bytea || own);
  insert into nodes (level, index, hash) values (0, position, node);
  while position % 2 = 1 loop
    select hash into strict sibling from nodes where level = height and index = position - 1;
    node := sha256('\x01'::bytea || sibling || node);
    position := position / 2;
    height := height + 1;
    insert into nodes (level, index, hash) values (height, position, node);
  end loop;
  update heads set seq = number, hash = own where id = 1;
  return number;
end $$;
