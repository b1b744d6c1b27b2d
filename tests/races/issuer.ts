import { createHash, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, inject } from 'vitest'
import type { Db } from '#db/client.ts'
import { sessions } from '#db/schema/index.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

/** Numbers from 0 to below n, the same for the same seed (mulberry32). */
export function dice(state: number) {
  return (n: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n)
  }
}

export type Group = { cohortId: string; session: string; people: string[] }

/** Cohorts whose people have done everything, each with a coordinator who has just given the password again. */
export async function groups(db: Db, howMany: number, people: number): Promise<Group[]> {
  const made: Group[] = []
  for (let n = 0; n < howMany; n++) {
    const { cohort, coordinator, people: members } = await aFinishedCohort(db, { people })
    const session = randomBytes(25).toString('hex')
    const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000)
    const hash = createHash('sha256').update(session).digest('hex')
    await db.insert(sessions).values({ hash, personId: coordinator.personId!, expiresAt: tomorrow, endsAt: tomorrow, secondFactorAt: new Date(), steppedUpAt: tomorrow })
    made.push({ cohortId: cohort.id, session, people: members.map((one) => one.id) })
  }
  return made
}

/** What somebody was told: the person, and the serial of the certificate. */
export type Journal = Map<string, string>

/** Asks for certificates as fast as it goes, from several clients, a few people at a time, until it is told to stop. */
export function drive(origin: string, all: Group[], journal: Journal, roll: (n: number) => number) {
  let over = false
  const client = async () => {
    while (!over) {
      const { cohortId, session, people } = all[roll(all.length)]!
      const waiting = people.filter((person) => !journal.has(person))
      // Now and then people who have one already: the answer must be the same.
      const from = waiting.length > 0 && roll(8) > 0 ? waiting : people
      const personIds = [...new Set(Array.from({ length: 1 + roll(4) }, () => from[roll(from.length)]!))]
      // With a key the whole request is one transaction, without it each person is.
      const key = roll(2) === 0 ? { 'idempotency-key': randomBytes(8).toString('hex') } : undefined
      try {
        const response = await fetch(`${origin}/api/v1/cohorts/${cohortId}/certificates`, { method: 'POST', body: JSON.stringify({ personIds }), headers: { cookie: `besik=${session}`, origin, 'content-type': 'application/json', ...key } })
        const told = (await response.json()) as { issued?: { personId: string; serial: string }[]; refused?: unknown[] }
        if (response.status !== 200 || told.refused!.length > 0) throw new Error(`issuing answered ${response.status}: ${JSON.stringify(told)}`)
        for (const { personId, serial } of told.issued!) {
          if (journal.has(personId)) expect(serial, 'asked again, the same serial').toBe(journal.get(personId))
          journal.set(personId, serial)
        }
      } catch (error) {
        // The connection of a killed server; anything it said itself counts.
        if (!(error instanceof TypeError)) throw error
        await pause(5)
      }
    }
  }
  const failures: unknown[] = []
  const clients = [client(), client(), client()].map((one) => one.catch((error: unknown) => void failures.push(error)))
  return {
    /** Waits until so many people more were told, or something went wrong. */
    async until(told: number, most = 60_000) {
      const enough = journal.size + told
      for (let waited = 0; waited < most && journal.size < enough && failures.length === 0; waited += 5) await pause(5)
    },
    /** Throws what any client was answered but certificates. */
    async stop() {
      over = true
      await Promise.all(clients)
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** A folder with the keys that tests share, for one server after the other. */
export function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'besik-issuing-'))
  cpSync(join(inject('folder'), 'keys'), join(folder, 'keys'), { recursive: true })
  return folder
}
