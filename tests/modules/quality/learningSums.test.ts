import { and, eq, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { assessments, attempts, cohorts, enrolments, regrades, seats } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { gains } from '#modules/assessment/gains.ts'
import { gainsOf } from '#modules/overview/overview.ts'
import { expect, test } from '#tests/database.ts'
import { seated } from '#tests/factories.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { aCountry, bothTests } from '#tests/modules/overview/country.ts'
import { reconcile } from '#modules/reconciliation/index.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

/** Where the table and the sittings themselves disagree: nowhere. */
const wrong = (db: Db) => rows(db, sql`
  (select 'only in the table' as where, s.* from (table learning_sums except table learned_now) s) union all (select 'missing in it', s.* from (table learned_now except table learning_sums) s)`)

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('sit' as const), group: fc.nat(1), who: fc.nat(3), test: fc.constantFrom('pre' as const, 'post' as const), score: fc.nat(10), finished: fc.constantFrom(true, true, true, false) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('regrade' as const), which: fc.nat(30), score: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), group: fc.nat(1), who: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(30), score: fc.nat(10) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('state' as const), group: fc.nat(1), state: fc.constantFrom('closed' as const, 'running' as const) }) },
)

test(`what closed cohorts learned is summed right, whatever is sat, marked again, left, closed and opened in any order (seed ${seed})`, async ({ db }) => {
  const { people, groups } = await aCountry(db)
  const own = await Promise.all(groups.slice(0, 2).map(async ({ cohort }) => ({ cohort, ...(await bothTests(db, cohort, people)) })))
  for (const { cohort } of own) await seated(db, cohort, ...people.slice(0, 4))
  let summed = 0
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
    await rolledBack(db, async (tx) => {
      // The last marks of each first sitting, as a list in memory says them.
      const known: { id: string; group: number; who: number; test: 'pre' | 'post'; marks: { score: number; maximum: number } | null; regraded: number }[] = []
      const left = new Set<string>()
      const closed = new Set([0, 1])
      for (const one of steps) {
        if (one.do === 'sit') {
          if (known.some(({ group, who, test }) => group === one.group && who === one.who && test === one.test)) continue
          const { cohort, [one.test]: assessmentId } = own[one.group]!
          const marks = one.finished ? { score: one.score, maximum: 10 } : null
          const [made] = await tx.insert(attempts).values({
            assessmentId, cohortId: cohort.id, personId: people[one.who]!, number: 1, seed: 'x', form: [], closesAt: new Date('2027-03-02T00:00:00Z'), ...(marks && { ...marks, finishedAt: new Date('2027-03-01T06:00:00Z'), passed: one.score >= 7 }),
          }).returning({ id: attempts.id })
          known.push({ id: made!.id, group: one.group, who: one.who, test: one.test, marks, regraded: 0 })
        } else if (one.do === 'finish') {
          const open = known.filter(({ marks }) => marks === null)
          const chosen = open[one.which % Math.max(open.length, 1)]
          if (!chosen) continue
          chosen.marks = { score: one.score, maximum: 10 }
          await tx.update(attempts).set({ ...chosen.marks, finishedAt: new Date('2027-03-01T07:00:00Z'), passed: one.score >= 7 }).where(eq(attempts.id, chosen.id))
        } else if (one.do === 'regrade') {
          const done = known.filter(({ marks }) => marks !== null)
          const chosen = done[one.which % Math.max(done.length, 1)]
          if (!chosen) continue
          chosen.marks = { score: one.score, maximum: 8 }
          await tx.insert(regrades).values({ attemptId: chosen.id, number: ++chosen.regraded, removed: ['a'], passed: one.score >= 6, ...chosen.marks })
        } else if (one.do === 'leave') {
          const { cohort } = own[one.group]!
          await tx.delete(seats).where(and(eq(seats.cohortId, cohort.id), eq(seats.personId, people[one.who]!)))
          await tx.update(enrolments).set({ state: 'withdrawn' }).where(and(eq(enrolments.cohortId, cohort.id), eq(enrolments.personId, people[one.who]!)))
          left.add(`${one.group} ${one.who}`)
        } else {
          await tx.update(cohorts).set({ state: one.state }).where(eq(cohorts.id, own[one.group]!.cohort.id))
          if (one.state === 'closed') closed.add(one.group)
          else closed.delete(one.group)
        }
      }
      expect(await wrong(tx)).toEqual([])
      const percent = (group: number, who: number, test: 'pre' | 'post') => {
        const marks = known.find((sat) => sat.group === group && sat.who === who && sat.test === test)?.marks
        return marks ? (100 * marks.score) / marks.maximum : null
      }
      const pairs = [...closed].flatMap((group) => [0, 1, 2, 3].filter((who) => !left.has(`${group} ${who}`)).map((who) => ({ pre: percent(group, who, 'pre'), post: percent(group, who, 'post') })))
        .filter((pair): pair is { pre: number; post: number } => pair.pre !== null && pair.post !== null)
      const [told] = await gainsOf(tx, { from: '2026-01-01', to: '2027-12-31' })
      expect(told?.n ?? 0).toBe(pairs.length)
      if (told) {
        expect(told.mean).toBeCloseTo(gains(pairs).mean!, 8)
        summed++
      }
    })
  }), { numRuns: 40, seed })
  expect(summed).toBeGreaterThan(2)
}, 120_000)

test('a sum that was edited is named by its cohort', async ({ db }) => {
  const { people, groups } = await aCountry(db)
  const { cohort } = groups[0]!
  await seated(db, cohort, ...people.slice(0, 1))
  const { post, sat } = await bothTests(db, cohort, people)
  await sat(0, post, 8)
  expect((await reconcile(db, system('test'), {})).differences).toEqual([])
  await db.execute(sql`update learning_sums set passed = 0`)
  expect((await reconcile(db, system('test'), {})).differences).toEqual([{ serial: null, source: 'query', problem: 'differs', field: `learning|${cohort.id}` }])
  expect(await db.$count(assessments)).toBe(2)
})
