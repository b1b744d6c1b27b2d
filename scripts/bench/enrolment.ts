import { enrol } from '#modules/cohorts/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { readToken } from '#modules/people/index.ts'
import { callApi } from './caller.ts'
import { perSecond, row, type Row } from './measure.ts'
import { openRaw, replay } from './rawSql.ts'
import type { Bench } from './stage.ts'

/** Enrolments of different people in one cohort through HTTP, against the same SQL alone, with the question of who is asking. */
export async function benchEnrolment(stage: Bench): Promise<Row[]> {
  const { people } = stage
  const [first, second, model] = [await stage.openCohort(people.length), await stage.openCohort(people.length), await stage.openCohort(people.length)]
  await stage.startServer()
  // A token's first use in a while is noted: that write is not what is measured.
  for (const { bearer } of people) await callApi(stage.origin, bearer, 'GET', '/me')
  const ours = await perSecond(people.length, async (index) => {
    const answer = await callApi(stage.origin, people[index]!.bearer, 'POST', `/cohorts/${first}/enrolments`)
    if (answer.status !== 201) throw new Error(`enrolment answered ${answer.status}`)
  })
  await stage.stopServer()

  const raw = await openRaw(stage.databaseUrl, stage.dataDir)
  const sample = people[0]!
  const statements = await raw.capture((db) => enrol(db, sample.actor, { cohortId: model, personId: sample.personId }))
  const asking = await raw.capture(async (db) => {
    for (const { bearer } of people) await readToken(db, bearer)
  })
  const alone = await perSecond(people.length, async (index) => {
    await raw.run(asking[index]!.text, asking[index]!.params)
    const { personId } = people[index]!
    const mine = replay(statements, [[model, second], [sample.personId, personId], [subjectOf(sample.personId), subjectOf(personId)]])
    return raw.inTransaction(async (run) => {
      for (const { text, params } of mine) await run(text, params)
    })
  })
  await raw.close()
  return [row('enrolments through HTTP, one cohort, against the same SQL alone', stage.kind, ours, alone, 'enrolments/s', '≥ 0.5')]
}
