import { openDatabase, type Db } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import { type Actor, system } from '#modules/actor.ts'
import { changeCapacity, enrol, withdraw } from '#modules/cohorts/index.ts'
import { Refusal } from '#modules/refusal.ts'

// A server process of the product without its HTTP: it opens the database as the server does and calls the verbs.

export type EnrolJob = { kind: 'enrol'; cohortIds: string[]; personIds: string[]; seed: number }
export type EnrolAnswer = { cohortId: string; personId: string; got: string }[]
export type ChurnJob = { kind: 'churn'; cohortIds: string[]; personIds: string[]; seed: number; seconds: number; clients: number; capacities: number[] }
export type ChurnAnswer = Record<string, number>

const trainee = (personId: string): Actor => ({ kind: 'person', personId, system: '', memberships: [{ role: 'trainee', centreId: null, collegeId: null }], steppedUp: false })

/** Numbers from 0 to below n, the same for the same seed (mulberry32). */
function dice(seed: number) {
  let state = seed >>> 0
  return (n: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n)
  }
}

function shuffled<T>(list: readonly T[], roll: (n: number) => number): T[] {
  const left = [...list]
  return list.map(() => left.splice(roll(left.length), 1)[0]!)
}

/** Everybody at once, each through all cohorts in an order of their own. */
async function enrolAll(db: Db, { cohortIds, personIds, seed }: EnrolJob): Promise<EnrolAnswer> {
  const roll = dice(seed)
  const answers = await Promise.all(personIds.map(async (personId) => {
    const mine: EnrolAnswer = []
    for (const cohortId of shuffled(cohortIds, roll)) {
      const got = await enrol(db, trainee(personId), { cohortId, personId }).then((place) => (place.state === 'enrolled' ? `seat ${place.seat}` : `place ${place.place}`), told)
      mine.push({ cohortId, personId, got })
    }
    return mine
  }))
  return answers.flat()
}

/** People come and go and capacities change, as fast as it goes; answers how often each thing happened. */
async function churn(db: Db, { cohortIds, personIds, seed, seconds, clients, capacities }: ChurnJob): Promise<ChurnAnswer> {
  const end = Date.now() + seconds * 1000
  const counts: ChurnAnswer = {}
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    const roll = dice(seed + client)
    while (Date.now() < end) {
      const whom = { cohortId: cohortIds[roll(cohortIds.length)]!, personId: personIds[roll(personIds.length)]! }
      const kind = ['enrol', 'enrol', 'enrol', 'withdraw', 'withdraw', 'capacity'][roll(6)]!
      const work = kind === 'enrol' ? enrol(db, trainee(whom.personId), whom)
        : kind === 'withdraw' ? withdraw(db, trainee(whom.personId), whom)
          : changeCapacity(db, system('churn'), { cohortId: whom.cohortId, capacity: capacities[roll(capacities.length)]! })
      const what = `${kind}: ${await work.then(() => 'done', told)}`
      counts[what] = (counts[what] ?? 0) + 1
    }
  }))
  return counts
}

const told = (error: unknown) => (error instanceof Refusal ? error.code : `ERROR ${String((error as Error).cause ?? error)}`)

process.once('message', async (job: EnrolJob | ChurnJob) => {
  const database = await openDatabase(readEnvironment())
  const answer = job.kind === 'enrol' ? await enrolAll(database.db, job) : await churn(database.db, job)
  await database.close()
  process.send!(answer, () => process.disconnect())
})
