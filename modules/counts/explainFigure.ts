import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { regions } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import type { Key } from '#modules/words/index.ts'
import { day, endOfDay } from '#modules/day.ts'
import { added, type Change, changesOf, type History, type Joining, tiedRecords } from './changes.ts'
import { cutInput, inDays, settle, type Settled, within } from './cut.ts'
import { isDemonstration } from './definitions.ts'
import { type ExplainedFigure, explainedFigures, queryOf, type Sent, sentAs } from './figures.ts'
import { type Between, certificatesHappened, historiesOf, joined, partsOf, peopleHappened, tiedHappened, touchedUpTo } from './happened.ts'
import { placementsIn } from './placements.ts'
import { mayCount } from './policy.ts'

export const explainFigureInput = cutInput.extend({
  figure: z.enum(explainedFigures),
  /** Compared with the end of this day. */
  since: day.optional(),
})

/**
 * `changes` is null for a number whose reasons aren't kept apart. `unexplained` is what the reasons leave over, nothing unless something changed that
 * should not have; `outside` are certificates issued in between whose day of counting lies outside the cut's period.
 */
export type Compared = { since: Date; before: number; changes: Change[] | null; outside: number; unexplained: number }
/** `compared` is null when no earlier day was asked for. */
export type Explained = { figure: ExplainedFigure; definition: Key; asOf: Date; value: number; query: Sent; compared: Compared | null }

const valueOf = async (db: Db, query: SQL) => (await rows<{ count: number }>(db, query))[0]!.count

/**
 * A number of the first page with its definition, the very query that it came from, and why it is another than at the end of an earlier day. For
 * whom `countCertificates` is.
 */
export async function explainFigure(db: Db, actor: Actor, input: z.input<typeof explainFigureInput>): Promise<Explained> {
  const { figure, since, ...cut } = explainFigureInput.parse(input)
  const settled = settle(cut)

  permit(mayCount(actor, cut.where))

  const query = queryOf(figure, settled)
  const value = await valueOf(db, query)
  const from = since === undefined ? null : endOfDay(since)
  const compared = from === null || from >= settled.asOf ? null : await compare(db, figure, settled, value, from)
  return { figure, definition: `counts.definition.${figure}`, asOf: settled.asOf, value, query: sentAs(query), compared }
}

async function compare(db: Db, figure: ExplainedFigure, cut: Settled, value: number, since: Date): Promise<Compared> {
  const before = await valueOf(db, queryOf(figure, { ...cut, asOf: since, live: false }))
  // What ends soon is another every day, with nothing having happened.
  if (figure === 'expiring') return { since, before, changes: null, outside: 0, unexplained: 0 }
  const { state = 'any', ...where } = cut.where
  // Whether one is past its last day changes with the clock, so that it is an event here and no filter. What is past its day is never valid.
  const region = where['present-region']
  const between: Between = {
    cut: { ...cut, where }, since, days: figure === 'valid' ? sql`true` : inDays(cut), state: figure === 'valid' ? 'valid' : state,
    places: region === undefined ? null : placementsIn(region, await regions(db)),
  }
  const never = figure === 'valid' && state === 'expired'
  const changes = never ? [] : await changesBetween(db, figure, between)
  const outside = figure === 'valid' ? 0 : await valueOf(db, sql`
    select count(*)::int as count
      from certificates c
     where c.issued_at > ${since.toISOString()}::timestamptz and c.issued_at <= ${cut.asOf.toISOString()}::timestamptz
       and c.certifies and c.demonstration = ${isDemonstration} and c.predecessor_id is null and ${within(between.cut)} and not (${between.days})`)
  const explained = changes.reduce((sum, { change }) => sum + change, 0)
  return { since, before, changes, outside, unexplained: value - before - explained }
}

/** Of so many certificates one query tells what happened; of more each tells of a part of the register, so that none takes long. */
const certificatesAtOnce = 100_000

async function changesBetween(db: Db, figure: 'certificates' | 'people' | 'valid', between: Between): Promise<Change[]> {
  const happened = figure === 'people' ? peopleHappened : certificatesHappened
  const changes: Change[] = figure === 'people' ? await tiedChanges(db, between) : []
  if ((await valueOf(db, touchedUpTo(between, certificatesAtOnce))) < certificatesAtOnce) return added([...(await rows<Change>(db, happened(between))), ...changes])
  const all = await valueOf(db, sql`select count(*)::int as count from certificates`)
  for (const part of partsOf(Math.ceil(all / certificatesAtOnce))) changes.push(...(await rows<Change>(db, happened(between, part))))
  return added(changes)
}

/** So many groups of records are looked at in one go, that memory is bounded whatever is asked for. */
const groupsAtOnce = 500

type Told = { [Name in keyof History]: History[Name] extends Date | null ? string | null : History[Name] }

/** The changes of people one of whose records was ever joined to another. */
async function tiedChanges(db: Db, between: Between): Promise<Change[]> {
  const { since, cut, state } = between
  const joinings = (await rows<{ person: string; into: string; since: string; until: string | null }>(db, sql`select j.person::text, j."into"::text, j.since::text, j.until::text from (${joined(cut.asOf)}) j`))
    .map((one): Joining => ({ person: one.person, into: one.into, from: new Date(one.since), until: moment(one.until) }))
  if (joinings.length === 0) return []
  const touched = new Set((await rows<{ person: string }>(db, tiedHappened(between))).map(({ person }) => person))
  const inside = (at: Date | null) => at !== null && at > since && at <= cut.asOf
  const groups = tiedRecords(joinings).filter((group) => group.some(({ person, into, from, until }) => touched.has(person) || touched.has(into) || inside(from) || inside(until)))
  const changes: Change[] = []
  for (let start = 0; start < groups.length; start += groupsAtOnce) {
    const some = groups.slice(start, start + groupsAtOnce).map((group) => ({ group, records: new Set(group.flatMap(({ person, into }) => [person, into])) }))
    const held = Map.groupBy(await rows<Told>(db, historiesOf(between, some.flatMap(({ records }) => [...records]))), ({ person }) => person)
    for (const { group, records } of some) changes.push(...changesOf([...records].flatMap((person) => (held.get(person) ?? []).map(read)), group, state, since, cut.asOf))
  }
  return changes
}

const moment = (text: string | null) => (text === null ? null : new Date(text))
const read = (one: Told): History => ({
  ...one, issuedAt: new Date(one.issuedAt!), revokedAt: moment(one.revokedAt), replacedAt: moment(one.replacedAt), ended: moment(one.ended), enters: moment(one.enters), leaves: moment(one.leaves),
})
