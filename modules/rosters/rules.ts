import { checkIin } from '#modules/people/index.ts'
import { fold } from '#modules/words/index.ts'
import type { Field } from './columns.ts'
import { plain, readName, scriptsDiffer, sexOfPatronymic, splitFullName } from './names.ts'
import { readDay, readEmail, readIin, readPassport, readPhone, readSex } from './numbers.ts'
import { type Problem, problem, shown } from './problems.ts'
import { matchProfession, type Profession } from './professions.ts'

/** A person as a row tells them, tidied. Null where the row says nothing that can be used. */
export type RosterPerson = {
  familyName: string | null
  givenName: string | null
  patronymic: string | null
  sex: 'female' | 'male' | null
  birthDate: string | null
  iin: string | null
  passport: string | null
  profession: Profession | null
  facilityId: string | null
  email: string | null
  phone: string | null
}

/** A facility that a written name may mean, with the name to show. */
export type FacilityGuess = { id: string; name: string }
export type FacilityAnswer = { kind: 'exact'; id: string } | { kind: 'close'; candidates: FacilityGuess[] } | { kind: 'none' }

/** What somebody has agreed to for this row: lost zeros put back, a facility chosen, a known person's changes taken over. */
export type Consent = { iin: boolean; changes: boolean; facilityId: string | null }
export const noConsent: Consent = { iin: false, changes: false, facilityId: null }

export type JudgedRow = {
  person: RosterPerson
  /** The names as the file has them, short enough to be shown. */
  written: string
  problems: Problem[]
  /** What the row offers to put right when somebody agrees. */
  offers: { zeros?: { iin: string }; facilities?: FacilityGuess[] }
}

export type Context = { matchFacility(text: string): FacilityAnswer; consent: Consent; today: string }

/**
 * Judges one row by itself: tidies what is certain and tells so, explains what is wrong, and offers what only a human can
 * decide. `cells` holds the text under each known column. Pure: asks no database.
 */
export function judgeRow(cells: Partial<Record<Field, string>>, { matchFacility, consent, today }: Context): JudgedRow {
  const problems: Problem[] = []
  const told = <Read extends { problems: Problem[] }>(read: Read) => {
    problems.push(...read.problems)
    return read
  }

  const written = cells.fullName !== undefined ? splitFullName(cells.fullName) : { familyName: cells.familyName ?? '', givenName: cells.givenName ?? '', patronymic: cells.patronymic ?? '' }
  const [family, given, patronymic] = (['familyName', 'givenName', 'patronymic'] as const).map((field) => told(readName(cells.fullName === undefined ? field : 'fullName', written[field])))
  for (const [field, read] of [['familyName', family], ['givenName', given]] as const) {
    if (read!.name === null && read!.problems.length === 0) problems.push(problem(cells.fullName === undefined ? field : 'fullName', 'name-missing'))
  }
  const names = [family!.name, given!.name, patronymic!.name]
  if (scriptsDiffer(names)) problems.push(problem(null, 'name-scripts'))

  const number = told(readIin(cells.iin ?? '', consent.iin))
  const passport = told(readPassport(cells.passport ?? ''))
  const digits = number.iin ? checkIin(number.iin) : null
  const said = digits?.valid ? { sex: digits.sex, birthDate: digits.birthDate } : { sex: null, birthDate: null }
  const birthDate = dayOfBirth(cells.birthDate ?? '', said.birthDate, number.iin !== null, today, problems)
  const sex = sexOf(cells.sex ?? '', patronymic!.name, said.sex, problems)

  const email = told(readEmail(cells.email ?? ''))
  const phone = told(readPhone(cells.phone ?? ''))
  const professionText = told(plain('profession', cells.profession ?? ''))
  const profession = professionOf(professionText, problems)
  const facility = facilityOf(told(plain('facility', cells.facility ?? '')), matchFacility, consent.facilityId, problems)

  const unidentified = [cells.iin, cells.passport, cells.email, cells.phone].every((cell) => !cell?.trim())
  if (unidentified) problems.push(problem(null, 'no-identity'))
  else if (!email.email && !phone.phone && !cells.email?.trim() && !cells.phone?.trim()) problems.push(problem(null, 'no-contact'))

  return {
    person: {
      familyName: family!.name, givenName: given!.name, patronymic: patronymic!.name, sex, birthDate,
      iin: number.iin, passport: passport.passport, profession, facilityId: facility.id, email: email.email, phone: phone.phone,
    },
    written: shown([written.familyName, written.givenName, written.patronymic].filter(Boolean).join(' ')),
    problems,
    offers: { ...(number.restored && { zeros: { iin: number.restored } }), ...(facility.candidates && { facilities: facility.candidates }) },
  }
}

/** The written day wins over the digits of the IIN, which may lawfully differ: only told. */
function dayOfBirth(cell: string, digits: string | null, hasIin: boolean, today: string, problems: Problem[]): string | null {
  if (hasIin && digits === null) problems.push(problem('iin', 'iin-date'))
  if (cell.trim() === '') {
    if (digits && digits > today) problems.push(problem('iin', 'iin-date'))
    return digits
  }
  const day = readDay(cell)
  if (day === null || day > today) problems.push(problem('birthDate', 'birth-unread', { text: shown(cell) }))
  else if (digits && day !== digits) problems.push(problem('iin', 'iin-birth'))
  return day ?? digits
}

function sexOf(cell: string, patronymic: string | null, digits: 'female' | 'male' | null, problems: Problem[]): 'female' | 'male' | null {
  const written = readSex(cell)
  if (cell.trim() !== '' && !written) problems.push(problem('sex', 'sex-unread', { text: shown(cell) }))
  const named = sexOfPatronymic(patronymic)
  const sex = written ?? named
  if (sex && digits && sex !== digits) problems.push(problem('iin', 'iin-sex'))
  return sex ?? digits
}

function professionOf({ text, problems: refused }: { text: string | null; problems: Problem[] }, problems: Problem[]): Profession | null {
  if (text === null) {
    if (refused.length === 0) problems.push(problem('profession', 'profession-none'))
    return null
  }
  const match = matchProfession(text)
  if (!match) problems.push(problem('profession', 'profession-unknown', { text: shown(text) }))
  else if (match.how === 'read') problems.push(problem('profession', 'profession-read', { text: shown(text), profession: match.profession }))
  return match?.profession ?? 'other'
}

function facilityOf({ text, problems: refused }: { text: string | null; problems: Problem[] }, match: Context['matchFacility'], chosen: string | null, problems: Problem[]): { id: string | null; candidates?: FacilityGuess[] } {
  if (text === null) {
    if (refused.length === 0) problems.push(problem('facility', 'facility-none'))
    return { id: null }
  }
  const answer = match(text)
  if (answer.kind === 'exact') return { id: answer.id }
  if (answer.kind === 'none') {
    problems.push(problem('facility', 'facility-unknown', { text: shown(text) }))
    return { id: null }
  }
  const agreed = answer.candidates.find(({ id }) => id === chosen)
  problems.push(agreed ? problem('facility', 'facility-chosen', { to: agreed.name }) : problem('facility', 'facility-close', { text: shown(text), name: answer.candidates[0]!.name }))
  return { id: agreed?.id ?? null, candidates: answer.candidates }
}

/** What makes two rows the same human when numbers don't: the folded names. */
export const foldedName = (person: Pick<RosterPerson, 'familyName' | 'givenName' | 'patronymic'>) => fold(`${person.familyName ?? ''} ${person.givenName ?? ''} ${person.patronymic ?? ''}`)
