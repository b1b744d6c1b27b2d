import { eq, inArray, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { type Actor, holds, isAdministrator } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { lookupOf } from './details.ts'

/** Numbers and contacts in the form that `checkIin`, `normalisePassport`, `normalisePhone` and `normaliseEmail` give. */
export type Marks = { iins?: readonly string[]; passports?: readonly string[]; emails?: readonly string[]; phones?: readonly string[] }

export type KnownPerson = {
  id: string
  familyName: string
  givenName: string
  patronymic: string | null
  profession: string | null
  sex: string | null
  facilityId: string | null
  email: string | null
  phone: string | null
  suspended: boolean
  /** The marks, among those asked for, by which this person was found. */
  iin: string | null
  passport: string | null
}

const atOnce = 5000

/**
 * The people who already have one of these numbers, addresses or phones, wherever in the country: whoever knows the number
 * may know the person, so that nobody is made twice. For coordinators and administrators.
 */
export async function matchPersons(db: Db, actor: Actor, { iins = [], passports = [], emails = [], phones = [] }: Marks): Promise<KnownPerson[]> {
  permit(isAdministrator(actor) || holds(actor, 'coordinator'))
  const iinBy = new Map(iins.map((iin) => [lookupOf('iin', iin).toString('hex'), iin]))
  const passportBy = new Map(passports.map((passport) => [lookupOf('passport', passport).toString('hex'), passport]))
  const hex = (lookup: Buffer | null) => lookup?.toString('hex') ?? ''
  const known = new Map<string, KnownPerson>()
  const conditions: SQL[] = [
    ...pieces([...iinBy.keys()]).map((some) => inArray(persons.iinLookup, some.map((one) => Buffer.from(one, 'hex')))),
    ...pieces([...passportBy.keys()]).map((some) => inArray(persons.passportLookup, some.map((one) => Buffer.from(one, 'hex')))),
    ...pieces(emails).map((some) => inArray(sql`lower(${persons.email})`, some)),
    ...pieces(phones).map((some) => inArray(persons.phone, some)),
  ]
  const kept = alias(persons, 'kept')
  for (const condition of conditions) {
    // A duplicate's number or contact leads to the record that is kept.
    for (const { marked, into } of await db.select({ marked: persons, into: kept }).from(persons).leftJoin(kept, eq(kept.id, persons.mergedInto)).where(condition)) {
      const { id, familyName, givenName, patronymic, profession, sex, facilityId, email, phone, suspendedAt } = into ?? marked
      const before = known.get(id)
      known.set(id, {
        id, familyName, givenName, patronymic, profession, sex, facilityId, email, phone, suspended: suspendedAt !== null,
        iin: iinBy.get(hex(marked.iinLookup)) ?? before?.iin ?? null, passport: passportBy.get(hex(marked.passportLookup)) ?? before?.passport ?? null,
      })
    }
  }
  return [...known.values()]
}

const pieces = <T>(all: readonly T[]): T[][] => Array.from({ length: Math.ceil(all.length / atOnce) }, (_, index) => all.slice(index * atOnce, (index + 1) * atOnce))
