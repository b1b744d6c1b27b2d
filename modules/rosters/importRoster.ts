import { asc, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { enrol } from '#modules/cohorts/index.ts'
import { changePerson, createPerson, grantRole } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { confirmedInput } from './confirmations.ts'
import { isElsewhere, planner, type PlannedRow, willEnrol } from './plan.ts'
import { digestOf, importableCohort, mostImported, readingOptions } from './previewRoster.ts'
import type { PersonRow } from './read.ts'
import { readRoster } from './readRoster.ts'

export const importRosterInput = z.object({
  cohortId: z.uuid(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** SHA-256 of the bytes that were previewed, hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  confirmed: confirmedInput,
})

/** `leftOut` are those who have a place of the course elsewhere. */
export type Imported = { created: number; changed: number; enrolled: number; queued: number; alreadyIn: number; leftOut: number }

/**
 * Imports a previewed roster, all of it or nothing: makes the new people as trainees, takes over the changes that were
 * agreed to, and puts everybody into the cohort in the file's order: a seat while there are any for them, then the queue. Whoever has
 * their one place of the course elsewhere is left out.
 * Doing it again adds nobody twice. Refuses `roster.file-changed` when the bytes are not those previewed,
 * `roster.has-errors` {count} while any line is wrong, `roster.too-many-people` {limit}, and all that `previewRoster` does.
 */
export async function importRoster(db: Db, actor: Actor, input: z.infer<typeof importRosterInput>): Promise<Imported> {
  if (digestOf(input.bytes) !== input.digest) throw new Refusal('roster.file-changed')
  const cohort = await importableCohort(db, actor, input.cohortId)
  const { options } = await readingOptions(db, cohort, input.confirmed)
  // Read before the transaction: it takes a thread and needs no lock.
  const { rows } = await readRoster(input.bytes, options)
  const people = rows.filter((row) => row.kind === 'person')
  if (people.length > mostImported) throw new Refusal('roster.too-many-people', { limit: mostImported })

  return transact(db, async (tx) => {
    await lockForImport(tx, actor, cohort.id, people)
    await importableCohort(tx, actor, cohort.id)

    const planned = await planner(tx, actor, cohort.id)(people)
    const wrong = planned.filter(({ kind }) => kind === 'wrong').length
    if (wrong > 0) throw new Refusal('roster.has-errors', { count: wrong })

    const done: Imported = { created: 0, changed: 0, enrolled: 0, queued: 0, alreadyIn: 0, leftOut: 0 }
    for (const one of planned) {
      const personId = await settle(tx, actor, one, cohort.language, options.consents.get(one.row.line)?.changes ?? false, done)
      if (isElsewhere(one)) done.leftOut++
      else if (!willEnrol(one)) done.alreadyIn++
      else if ((await enrol(tx, actor, { cohortId: cohort.id, personId, source: 'roster' })).state === 'enrolled') done.enrolled++
      else done.queued++
    }
    return done
  })
}

/**
 * Locks whom the file means and then the cohort, in the house's order, before anything is written: making a person locks
 * the ledger's head, and whoever held that while waiting for the cohort would block those who enrol the other way round.
 */
async function lockForImport(tx: Db, actor: Actor, cohortId: string, people: readonly PersonRow[]) {
  const known = (await planner(tx, actor, cohortId)(people)).flatMap(({ known }) => known?.id ?? [])
  if (known.length > 0) await tx.select({ id: persons.id }).from(persons).where(inArray(persons.id, known)).orderBy(asc(persons.id)).for('update')
  await tx.select({ id: cohorts.id }).from(cohorts).where(eq(cohorts.id, cohortId)).for('update')
}

/** The registered person of a line: made, changed, or as they were. */
async function settle(tx: Db, actor: Actor, { row, known, changes }: PlannedRow, locale: 'kk' | 'ru' | 'en', agreed: boolean, done: Imported): Promise<string> {
  const { familyName, givenName, patronymic, sex, profession, facilityId, iin, passport, email, phone } = row.person
  if (!known) {
    done.created++
    const created = await createPerson(tx, actor, { role: 'trainee', familyName: familyName!, givenName: givenName!, patronymic, sex, profession, facilityId, iin, passport, email, phone, locale })
    return created.id
  }
  if (changes.length > 0 && agreed) {
    const is = (field: string) => changes.some((change) => change.field === field)
    await changePerson(tx, actor, {
      personId: known.id,
      ...(is('familyName') && { familyName: familyName! }), ...(is('givenName') && { givenName: givenName! }), ...(is('patronymic') && { patronymic }),
      ...(is('profession') && { profession }), ...(is('facility') && { facilityId }), ...(is('iin') && { iin }),
    })
    done.changed++
  }
  if (!known.trainee) await grantRole(tx, actor, { personId: known.id, role: 'trainee' })
  return known.id
}
