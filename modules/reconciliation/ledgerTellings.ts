import { and, asc, gt, inArray, lte } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { entries } from '#db/schema/index.ts'
import { type FactsOf, type Kind, kinds as shapes } from '#modules/ledger/index.ts'

/** An entry as its text tells it; `facts` are null when the text is not what its kind demands. */
export type Telling<K extends Kind> = { [One in K]: { seq: number; at: Date; kind: One; facts: FactsOf<One> | null } }[K]

const batch = 2000

/** The first `last` entries of the ledger that are of these kinds, in their order, a batch at a time: nothing but their texts is read. */
export async function* tellingsOf<K extends Kind>(db: Db, kinds: readonly K[], last: number): AsyncGenerator<Telling<K>[]> {
  for (let after = 0; ;) {
    const found = await db.select({ seq: entries.seq, kind: entries.kind, body: entries.body }).from(entries)
      .where(and(gt(entries.seq, after), lte(entries.seq, last), inArray(entries.kind, [...kinds]))).orderBy(asc(entries.seq)).limit(batch)
    if (found.length > 0) yield found.map(({ seq, kind, body }) => ({ seq, kind, ...read(kind as K, body) }) as Telling<K>)
    if (found.length < batch) return
    after = found.at(-1)!.seq
  }
}

function read<K extends Kind>(kind: K, body: string): { at: Date; facts: FactsOf<K> | null } {
  try {
    const { at, kind: own, facts } = JSON.parse(body) as { at: string; kind: string; facts: unknown }
    const moment = new Date(at)
    if (own !== kind || Number.isNaN(moment.getTime())) return { at: new Date(0), facts: null }
    return { at: moment, facts: (shapes[kind].safeParse(facts).data as FactsOf<K> | undefined) ?? null }
  } catch {
    return { at: new Date(0), facts: null }
  }
}
