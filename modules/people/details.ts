import { and, eq, ne, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, persons } from '#db/schema/index.ts'
import { errorCode } from '#db/transact.ts'
import { keyedHash, seal } from '#modules/keys/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { fold, fullName, locales } from '#modules/words/index.ts'
import { professions, sexes } from '#db/schema/people.ts'
import { nameProblem, normaliseEmail, normalisePhone } from './contact.ts'
import { checkIin, normalisePassport } from './iin.ts'

// What is known of a person, as it is typed and as it is stored. Shared by createPerson and changePerson.

const name = line(100).superRefine((text, context) => {
  const problem = nameProblem(text)
  if (problem) context.addIssue({ code: 'custom', message: problem })
})

/** Fields of a person. Contacts and numbers are read leniently: the verbs normalise and judge them. */
export const detailFields = {
  familyName: name,
  givenName: name,
  patronymic: name.nullable().optional(),
  sex: z.enum(sexes).nullable().optional(),
  profession: z.enum(professions).nullable().optional(),
  facilityId: z.uuid().nullable().optional(),
  locale: z.enum(locales).optional(),
  email: line(254).nullable().optional(),
  phone: line(40).nullable().optional(),
  iin: line(40).nullable().optional(),
  passport: line(40).nullable().optional(),
}

type Typed = { email?: string | null; phone?: string | null; iin?: string | null; passport?: string | null }
type Normal = { email: string | null | undefined; phone: string | null | undefined; iin: string | null | undefined; passport: string | null | undefined }

/** Contacts and numbers in the form they are compared in. Throws `input.invalid` naming each field that can't be one. */
export function normalise(typed: Typed): Normal {
  const wrong: Record<string, string> = {}
  const read = <T>(field: keyof Typed, parse: (text: string) => T | null, key: string): T | null | undefined => {
    const text = typed[field]
    if (text === null || text === undefined) return text
    const value = parse(text)
    if (value === null) wrong[field] = key
    return value
  }
  const check = typed.iin ? checkIin(typed.iin) : undefined
  const normal = {
    email: read('email', normaliseEmail, 'field.email'),
    phone: read('phone', normalisePhone, 'field.phone'),
    iin: read('iin', () => (check?.valid ? check.iin : null), `field.iin-${check && !check.valid ? check.problem : 'length'}`),
    passport: read('passport', normalisePassport, 'field.passport'),
  }
  if (Object.keys(wrong).length > 0) throw new Refusal('input.invalid', {}, wrong)
  return normal
}

export const placeOfNumber = (field: 'iin' | 'passport' | 'totp', personId: string) => `persons|${field}|${personId}`

/** How a personal number is looked up: nobody without the key can try numbers out. */
export const lookupOf = (field: 'iin' | 'passport', number: string) => keyedHash('lookup', `${field}|${number}`)

/** The two columns of a personal number: sealed for its row, and the keyed hash to find it by. */
export const iinColumns = (personId: string, iin: string | null) => ({ iinCipher: iin === null ? null : seal(iin, placeOfNumber('iin', personId)), iinLookup: iin === null ? null : lookupOf('iin', iin) })
export const passportColumns = (personId: string, passport: string | null) =>
  ({ passportCipher: passport === null ? null : seal(passport, placeOfNumber('passport', personId)), passportLookup: passport === null ? null : lookupOf('passport', passport) })

export const foldedName = (person: { familyName: string; givenName: string; patronymic?: string | null }) => fold(fullName(person))

/** Refuses contacts and numbers that another person has, naming what is taken and never by whom. A person's own duplicates are no other person. */
export async function refuseTaken(tx: Db, normal: Normal, exceptId?: string): Promise<void> {
  const conditions: SQL[] = []
  if (normal.email) conditions.push(sql`lower(${persons.email}) = ${normal.email}`)
  if (normal.phone) conditions.push(eq(persons.phone, normal.phone))
  if (normal.iin) conditions.push(eq(persons.iinLookup, lookupOf('iin', normal.iin)))
  if (normal.passport) conditions.push(eq(persons.passportLookup, lookupOf('passport', normal.passport)))
  if (conditions.length === 0) return
  const [other] = await tx
    .select({ email: persons.email, phone: persons.phone })
    .from(persons)
    .where(and(or(...conditions), exceptId ? and(ne(persons.id, exceptId), sql`${persons.mergedInto} is distinct from ${exceptId}::uuid`) : undefined))
    .limit(1)
  if (!other) return
  if (normal.email && other.email?.toLowerCase() === normal.email) throw new Refusal('person.email-taken')
  if (normal.phone && other.phone === normal.phone) throw new Refusal('person.phone-taken')
  throw new Refusal('person.number-taken')
}

/** Takes contacts and a passport number that become the person's own from duplicates merged into them, where they had stayed: each stands once. */
export async function takeFromDuplicates(tx: Db, normal: Normal, personId: string): Promise<void> {
  const mine = (is: SQL) => and(eq(persons.mergedInto, personId), is)
  if (normal.email) await tx.update(persons).set({ email: null }).where(mine(sql`lower(${persons.email}) = ${normal.email}`))
  if (normal.phone) await tx.update(persons).set({ phone: null }).where(mine(eq(persons.phone, normal.phone)))
  if (normal.passport) await tx.update(persons).set({ passportCipher: null, passportLookup: null }).where(mine(eq(persons.passportLookup, lookupOf('passport', normal.passport))))
}

/** The same refusals when two people were written at the same moment: the unique index tells. */
export function takenAtOnce(error: unknown): never {
  if (errorCode(error) !== '23505') throw error
  const text = String((error as { cause?: { constraint?: string; constraint_name?: string } }).cause?.constraint ?? (error as { cause?: { constraint_name?: string } }).cause?.constraint_name ?? '')
  throw new Refusal(text === 'persons_email' ? 'person.email-taken' : text === 'persons_phone' ? 'person.phone-taken' : 'person.number-taken')
}

/** Refuses a facility that doesn't exist. */
export async function demandFacility(tx: Db, facilityId: string | null | undefined): Promise<void> {
  if (!facilityId) return
  const [row] = await tx.select({ id: facilities.id }).from(facilities).where(eq(facilities.id, facilityId))
  found(row)
}
