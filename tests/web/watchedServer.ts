import { sql } from 'drizzle-orm'
import { openDatabase, shareDatabase } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { rows } from '#db/rows.ts'
import { system } from '#modules/actor.ts'
import { createToken, persons } from '#modules/people/index.ts'
import { serve } from '#src/server.ts'

// The built server on an embedded database of its own, in which every change of a row is noted, and without the background work: what
// has changed after a request was changed by it. Whoever started this process asks for the changes by messages.

const settings = environment()
const database = await openDatabase(settings)
const { db } = database

await db.execute(sql`create schema watch`)
await db.execute(sql`create table watch.changes (id bigserial primary key, "table" text not null, op text not null, was jsonb, now jsonb)`)
await db.execute(sql`
  create function watch.note() returns trigger language plpgsql as $$
  begin
    insert into watch.changes ("table", op, was, now)
    values (tg_table_name, tg_op, case when tg_op in ('UPDATE', 'DELETE') then to_jsonb(old) end, case when tg_op in ('INSERT', 'UPDATE') then to_jsonb(new) end);
    return null;
  end $$`)
await db.execute(sql`
  do $$
  declare one record;
  begin
    for one in select tablename from pg_tables where schemaname = 'public' loop
      execute format('create trigger watch_rows after insert or update or delete on %I for each row execute function watch.note()', one.tablename);
      execute format('create trigger watch_all after truncate on %I for each statement execute function watch.note()', one.tablename);
    end loop;
  end $$`)

shareDatabase(database)
const { drain } = await serve(settings, database)

const answers: Record<string, (told: string) => Promise<unknown>> = {
  /** What has changed since the last question. */
  changes: async () => rows(db, sql`with taken as (delete from watch.changes returning id, "table", op, was, now) select "table", op, was, now from taken order by id`),
  /** A bearer token of whoever has this address, and their id. */
  async token(email) {
    const { items } = await persons(db, system('test'), { search: email })
    const { token } = await createToken(db, system('test'), { personId: items[0]!.id, label: 'test' })
    return { token, personId: items[0]!.id }
  },
  async stop() {
    await drain()
    await database.close()
    return null
  },
}
process.on('message', ({ ask, about }: { ask: string; about: string }) => {
  void answers[ask]!(about).then((answer) => process.send!({ answer }), (error: unknown) => process.send!({ failed: String((error as Error).stack) }))
})
process.send!({ answer: 'ready' })
