/** What is compared of two records; the keys are the database's (`name_key` and its kin), the same for all spellings of one name. */
export type Likened = {
  familyKey: string
  givenKey: string
  patronymicKey: string | null
  sex: 'female' | 'male' | null
  profession: string | null
  facilityId: string | null
  regionCode: string | null
  email: string | null
  hasIin: boolean
}

export const likenessReasons = ['name', 'no-patronymic', 'other-family', 'facility', 'region', 'profession', 'mailbox', 'mailbox-name'] as const
export type LikenessReason = (typeof likenessReasons)[number]
export type Likeness = { score: number; level: 'likely' | 'possible'; reasons: LikenessReason[] }

/** From so many points on a pair is shown, and from so many it is likely one human. */
export const [possibleFrom, likelyFrom] = [50, 70]

/**
 * How much speaks for two records being of one human, or null when too little does or something speaks against it. Contacts
 * and personal numbers are unique in the register, so two records never share one: names, work and the name before the @ are
 * all that is left to compare, and a birth date is known only inside an IIN.
 *
 * - Two IINs are two people: the number is given once and for life.
 * - The given name must agree, and no patronymic may contradict the other; a patronymic that is missing says little.
 * - Another family name is a married one only where given name and patronymic agree, neither is known to be a man, and a
 *   facility or mailbox ties the two together: there are many Айгүл Маратқызы.
 */
export function likeness(one: Likened, other: Likened): Likeness | null {
  if (one.hasIin && other.hasIin) return null
  if (one.givenKey === '' || one.givenKey !== other.givenKey) return null
  const fathers = agree(one.patronymicKey, other.patronymicKey)
  if (fathers === 'differ' || agree(one.sex, other.sex) === 'differ') return null

  const sameFamily = one.familyKey !== '' && one.familyKey === other.familyKey
  const [mailbox, facility] = [mailboxes(one, other), agree(one.facilityId, other.facilityId)]
  if (!sameFamily) {
    const married = fathers === 'same' && one.sex !== 'male' && other.sex !== 'male' && (facility === 'same' || mailbox !== null)
    if (!married) return null
  }

  const told: [LikenessReason, number][] = [sameFamily ? ['name', 55] : ['other-family', 15]]
  if (fathers === 'same') told[0]![1] += 20
  else told.push(['no-patronymic', 0])
  if (facility === 'same') told.push(['facility', 20])
  const region = agree(one.regionCode, other.regionCode)
  if (facility !== 'same' && region === 'same') told.push(['region', 5])
  const profession = agree(one.profession, other.profession)
  if (profession === 'same') told.push(['profession', 10])
  if (mailbox) told.push([mailbox, 25])

  // Namesakes work in different places and as different things.
  const against = (region === 'differ' ? 15 : 0) + (profession === 'differ' ? 5 : 0)
  const score = told.reduce((sum, [, points]) => sum + points, 0) - against
  if (score < possibleFrom) return null
  return { score, level: score >= likelyFrom ? 'likely' : 'possible', reasons: told.map(([reason]) => reason) }
}

const agree = (one: string | null, other: string | null) => (one === null || other === null ? 'unknown' : one === other ? 'same' : 'differ')

/** The same name before the @ at two providers, or a mailbox that bears the other record's family name. */
function mailboxes(one: Likened, other: Likened): 'mailbox' | 'mailbox-name' | null {
  const [a, b] = [mailboxOf(one.email), mailboxOf(other.email)]
  if (a !== null && a === b) return 'mailbox'
  if (one.familyKey === other.familyKey) return null
  const bears = (box: string | null, family: string) => box !== null && family.length >= 4 && box.includes(family)
  return bears(a, other.familyKey) || bears(b, one.familyKey) ? 'mailbox-name' : null
}

/** What stands before the @, without dots, dashes, and what follows a plus sign; too short a one tells nothing. */
function mailboxOf(email: string | null): string | null {
  const box = email?.split('@')[0]?.toLowerCase().split('+')[0]?.replace(/[._-]/g, '') ?? ''
  return box.length >= 4 ? box : null
}
