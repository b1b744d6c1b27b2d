import { maskNumber } from '#modules/people/index.ts'
import { fold } from '#modules/words/index.ts'
import { type Problem, problem } from './problems.ts'
import type { Profession } from './professions.ts'
import type { RosterPerson } from './rules.ts'

/** A registered person, as far as a roster needs to know them. */
export type KnownPerson = {
  id: string
  familyName: string
  givenName: string
  patronymic: string | null
  profession: Profession | null
  facilityId: string | null
  email: string | null
  phone: string | null
  hasIin: boolean
  hasPassport: boolean
  suspended: boolean
  trainee: boolean
  /** The actor may see this person at all. */
  visible: boolean
  changeable: boolean
  enrolment: 'enrolled' | 'offered' | 'queued' | 'withdrawn' | null
  /** They have a place of the course in another cohort, which begins on this day, and one is all they may have. */
  elsewhere: string | null
}

export type ChangedField = 'familyName' | 'givenName' | 'patronymic' | 'profession' | 'facility' | 'iin'
/** What is registered and what the file says, as texts; a profession by its name in the schema, a facility by its id. */
export type Change = { field: ChangedField; from: string | null; to: string }

export type Candidates = { iin: KnownPerson | undefined; passport: KnownPerson | undefined; email: KnownPerson | undefined; phone: KnownPerson | undefined }
export type Comparison = { known: KnownPerson | null; changes: Change[]; problems: Problem[] }

/**
 * What a row means beside what is registered: whom it is about, and what would change. Its IIN decides, then its passport;
 * an e-mail or phone only when the names agree, since addresses are handed on and shared. Pure.
 * Contact details of a known person are never changed by a roster: whoever could change them could sign in as that person.
 */
export function compare(person: RosterPerson, candidates: Candidates): Comparison {
  const byNumber = candidates.iin ?? candidates.passport
  const byContact = [candidates.email, candidates.phone].find((other) => other && sameNames(person, other))
  const known = byNumber ?? byContact ?? null
  const problems: Problem[] = []

  if (candidates.iin && candidates.passport && candidates.iin !== candidates.passport) problems.push(problem('passport', 'passport-taken'))
  if (candidates.email && candidates.email !== known) problems.push(problem('email', 'email-taken'))
  if (candidates.phone && candidates.phone !== known) problems.push(problem('phone', 'phone-taken'))
  if (!known) return { known: null, changes: [], problems }

  // Names that could not be read say nothing about whose number it is.
  if (byNumber && person.familyName && person.givenName && !shareAName(person, known)) problems.push(problem(candidates.iin ? 'iin' : 'passport', 'iin-other'))
  if (!candidates.iin && person.iin && known.hasIin) problems.push(problem('iin', 'iin-differs'))
  if (known.suspended) problems.push(problem(null, 'suspended'))
  if (!known.trainee && !known.visible) problems.push(problem(null, 'not-trainee'))
  else if (!known.trainee) problems.push(problem(null, 'becomes-trainee'))
  if (person.email && known.email?.toLowerCase() !== person.email && !candidates.email) problems.push(problem('email', 'email-kept'))
  if (person.phone && known.phone !== person.phone && !candidates.phone) problems.push(problem('phone', 'phone-kept'))
  const standing = { enrolled: 'is-enrolled', offered: 'is-queued', queued: 'is-queued', withdrawn: 'comes-back' } as const
  if (known.enrolment) problems.push(problem(null, standing[known.enrolment]))
  if (known.elsewhere !== null) problems.push(problem(null, 'place-elsewhere', { day: known.elsewhere }))

  const changes = problems.some(({ level }) => level === 'wrong') ? [] : changesOf(person, known)
  if (changes.length === 0) return { known, changes, problems }
  // Somebody else's record: neither shown nor changed.
  if (!known.changeable) return { known, changes: [], problems: [...problems, problem(null, 'kept')] }
  return { known, changes, problems: [...problems, problem(null, 'changed')] }
}

const sameNames = (person: RosterPerson, other: KnownPerson) => same(person.familyName, other.familyName) && same(person.givenName, other.givenName)
const shareAName = (person: RosterPerson, other: KnownPerson) => same(person.familyName, other.familyName) || same(person.givenName, other.givenName)
const same = (one: string | null, other: string | null) => fold(one ?? '') === fold(other ?? '')

/** Where the file says something else than is registered. What the file leaves out is no change. */
function changesOf(person: RosterPerson, known: KnownPerson): Change[] {
  const changes: Change[] = []
  for (const field of ['familyName', 'givenName', 'patronymic'] as const) {
    const to = person[field]
    if (to !== null && to !== known[field]) changes.push({ field, from: known[field], to })
  }
  if (person.profession && person.profession !== 'other' && person.profession !== known.profession) changes.push({ field: 'profession', from: known.profession, to: person.profession })
  if (person.facilityId && person.facilityId !== known.facilityId) changes.push({ field: 'facility', from: known.facilityId, to: person.facilityId })
  if (person.iin && !known.hasIin) changes.push({ field: 'iin', from: null, to: maskNumber(person.iin) })
  return changes
}
