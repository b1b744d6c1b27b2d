import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { runLong } from './copy.ts'

/** The tables that a large register fills. */
export const large = [
  'persons', 'memberships', 'cohorts', 'enrolments', 'seats', 'assessments', 'attempts', 'answers', 'followups', 'evaluations', 'evaluators', 'certificates', 'statements', 'revocations', 'entries', 'nodes', 'holdings', 'tallies', 'learning_sums',
]

type Dropped = { table: string; name: string; definition: string }
const among = sql`any(${`{${large.join()}}`}::regclass[])`

/**
 * Fills the large tables bare: without indexes, keys and triggers, which cost more than the rows when they are kept row by row.
 * Then all of it is put back as the catalogue described it, so that every key and foreign key is checked against every row; and
 * what only triggers look after is checked by `breaches`. In the caller's transaction: nobody ever sees the tables bare.
 */
export async function fillBare<Result>(tx: Db, fill: () => Promise<Result>, derive: () => Promise<void>): Promise<Result> {
  // The pool's limits are a request's; this is the work of minutes.
  for (const setting of ['statement_timeout = 0', 'idle_in_transaction_session_timeout = 0', `maintenance_work_mem = '256MB'`, `work_mem = '64MB'`]) await runLong(tx, `set local ${setting}`)
  const constraintsOf = (which: ReturnType<typeof sql>) => rows<Dropped>(tx, sql`
    select c.conrelid::regclass::text as "table", quote_ident(c.conname) as name, pg_get_constraintdef(c.oid) as definition from pg_constraint c where ${which} order by 1, 2`)
  const foreign = await constraintsOf(sql`c.contype = 'f' and (c.conrelid = ${among} or c.confrelid = ${among})`)
  const unique = await constraintsOf(sql`c.contype in ('p', 'u') and c.conrelid = ${among}`)
  const indexes = await rows<{ name: string; definition: string }>(tx, sql`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = ${among} and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x')) order by 1`)

  for (const { table, name } of [...foreign, ...unique]) await runLong(tx, `alter table ${table} drop constraint ${name}`)
  for (const { name } of indexes) await runLong(tx, `drop index ${name}`)
  for (const table of large) await runLong(tx, `alter table ${table} disable trigger user`)

  const result = await fill()

  for (const table of large) await runLong(tx, `analyze ${table}`)
  for (const { table, name, definition } of unique) await runLong(tx, `alter table ${table} add constraint ${name} ${definition}`)
  for (const { definition } of indexes) await runLong(tx, definition)
  await derive()
  for (const { table, name, definition } of foreign) await runLong(tx, `alter table ${table} add constraint ${name} ${definition}`)
  for (const table of large) await runLong(tx, `alter table ${table} enable trigger user`)
  await demandWhole(tx)
  return result
}

/** What triggers would have refused, each as a query that must find nothing. */
const breaches = {
  'an entry does not continue the chain': 'entries e left join entries before on before.seq = e.seq - 1 where e.prev <> coalesce(before.hash, decode(repeat(\'00\', 32), \'hex\'))',
  'a certificate is not of its kind': 'certificates c join certificate_kinds k on k.kind = c.kind join editions e on e.id = c.edition_id where k.certifies <> c.certifies or (k.approval_required and e.approval is null and not e.demonstration) or k.accreditation_required',
  'an answer is later than its attempt': 'answers a join attempts t on t.id = a.attempt_id where a.saved_at > t.finished_at',
}

async function demandWhole(tx: Db) {
  for (const [what, from] of Object.entries(breaches)) {
    const check = `do $$ begin if exists (select from ${from}) then raise exception 'synthetic register: ${what}'; end if; end $$`
    await runLong(tx, check)
  }
}

/** The counters that triggers keep, from the views that say the same; holdings lie in the order of their days, as they would have come. */
export async function fillCounters(tx: Db): Promise<void> {
  await runLong(tx, 'insert into tallies select * from standing_cells')
  await runLong(tx, 'insert into holdings select * from held_now order by counted_on, certificate_id')
  await runLong(tx, 'insert into learning_sums select * from learned_now')
  for (const table of ['tallies', 'holdings', 'learning_sums']) await runLong(tx, `analyze ${table}`)
}
