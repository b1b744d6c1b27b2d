import { eq, sql } from 'drizzle-orm'
import { rows } from '#db/rows.ts'
import { adoptions, adoptionSteps, notices } from '#db/schema/index.ts'
import { adoptionOf, addEvidence, inviteColleges, recordStep, removeLine, saveProgramme, startAdoption, stepShape } from '#modules/adoptions/index.ts'
import { anAdministrator, anEdition } from '#tests/factories.ts'
import { aHead, aLine, aProgramme, aReceived, daysAgo } from '#tests/modules/adoptions/cast.ts'
import { aCollege } from '#tests/modules/adoptions/staff.ts'
import { expect, outcome, test } from './server.ts'

const times = <Result>(count: number, work: (index: number) => Promise<Result>) => Promise.all(Array.from({ length: count }, (_, index) => work(index)))
/** How a step ended, without the state that it answers. */
const ended = (work: Promise<unknown>) => outcome(work.then(() => undefined))
const tally = (words: string[]) => Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]))

test('30 colleagues begin with one edition at once: there is one adoption with one step', async ({ db }) => {
  const { worker, collegeId } = await aCollege(db)
  const edition = await anEdition(db)
  expect(tally(await times(30, () => outcome(startAdoption(db, worker, { editionId: edition.id, on: daysAgo(3), facts: {} }))))).toEqual({ done: 1, 'adoption.known': 29 })
  const [one, ...more] = await db.select().from(adoptions).where(eq(adoptions.collegeId, collegeId))
  expect([more.length, await db.$count(adoptionSteps, eq(adoptionSteps.adoptionId, one!.id))]).toEqual([0, 1])
})

test('invitations of the same colleges from two sides end, and each college is written to once', async ({ db }) => {
  const colleges = await times(6, () => aCollege(db))
  const edition = await anEdition(db)
  const administrator = await anAdministrator(db)
  const ids = colleges.map((one) => one.collegeId)
  const answers = await times(8, (at) => inviteColleges(db, administrator, { collegeIds: at % 2 ? ids : ids.toReversed(), editionId: edition.id, on: daysAgo(1), facts: {} }))
  expect(answers.flatMap((one) => one.invited)).toHaveLength(6)
  for (const { worker, collegeId } of colleges) {
    expect(await db.$count(notices, eq(notices.personId, worker.personId!))).toBe(1)
    expect(await db.$count(adoptions, eq(adoptions.collegeId, collegeId))).toBe(1)
  }
})

test('of 30 who write on the same page one is heard and the others are told; the history has no fork', async ({ db }) => {
  const { worker, adoptionId } = await aReceived(db)
  for (let round = 0; round < 5; round++) {
    const { lastStepId: after, state } = await adoptionOf(db, worker, { adoptionId })
    const step = (at: number) => (state === 'received' || state === 'withdrawn'
      ? stepShape.parse(state === 'withdrawn' ? { state: 'received', on: daysAgo(20 - round), facts: { note: `${at}` }, after } : { state: 'review', on: daysAgo(20 - round), facts: { body: `Кеңес ${at}` }, after })
      : stepShape.parse({ state: 'withdrawn', on: daysAgo(20 - round), facts: { reason: `Себебі ${at}` }, after }))
    expect(tally(await times(30, (at) => ended(recordStep(db, worker, { adoptionId, ...step(at) }))))).toEqual({ done: 1, 'adoption.moved-on': 29 })
  }
  const steps = await rows<{ state: string; ordered: boolean }>(db, sql`select state, entry_seq > coalesce(lag(entry_seq) over (order by recorded_at, entry_seq), 0) as ordered from adoption_steps where adoption_id = ${adoptionId} order by entry_seq`)
  expect(steps.map((one) => one.state)).toEqual(['received', 'review', 'withdrawn', 'received', 'review', 'withdrawn'])
  expect(steps.every((one) => one.ordered)).toBe(true)
})

test('one scan sent 10 times at once is one file', async ({ db }) => {
  const { worker, adoptionId } = await aReceived(db)
  const { lastStepId: stepId } = await adoptionOf(db, worker, { adoptionId })
  const bytes = new Uint8Array(Buffer.from('%PDF-1.4 one'))
  const ids = await times(10, () => addEvidence(db, worker, { stepId, name: 'x.pdf', bytes }))
  expect(new Set(ids.map((one) => one.id)).size).toBe(1)
})

test('a step corrected by many at once is corrected once', async ({ db }) => {
  const { worker, adoptionId } = await aReceived(db)
  const { lastStepId: corrects } = await adoptionOf(db, worker, { adoptionId })
  const mend = (at: number) => recordStep(db, worker, { adoptionId, ...stepShape.parse({ state: 'received', on: daysAgo(299), facts: { note: `${at}` }, corrects }) })
  expect(tally(await times(12, (at) => ended(mend(at))))).toEqual({ done: 1, 'adoption.corrects-nothing': 11 })
})

test('changes of a programme from two pages: one is kept, the other is told, and no line is lost or doubled', async ({ db }) => {
  const { worker, adoptionId } = await aReceived(db)
  await aProgramme(db, worker, adoptionId)
  const { digest: seen } = await saveProgramme(db, worker, { adoptionId, ...aHead, lines: [aLine('А'), aLine('Б'), aLine('В')] })
  expect(tally(await times(10, () => outcome(removeLine(db, worker, { adoptionId, seen, place: 1 }))))).toEqual({ done: 1, 'programme.changed': 9 })
  expect((await adoptionOf(db, worker, { adoptionId })).programme!.lines.map((one) => one.title)).toEqual(['Б', 'В'])
})
