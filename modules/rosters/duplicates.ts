import { type Problem, problem } from './problems.ts'
import { foldedName, type JudgedRow } from './rules.ts'

type Seen = { line: number; row: JudgedRow }

/**
 * Finds people who stand in one file twice. Hand in the rows in the file's order; each answer is what is wrong with the
 * row at hand, naming the earlier line. The same number is the same human; the same names are, unless numbers, birth
 * dates or addresses tell them apart.
 */
export function findDuplicates() {
  const byIin = new Map<string, number>()
  const byPassport = new Map<string, number>()
  const byEmail = new Map<string, number>()
  const byPhone = new Map<string, number>()
  const byName = new Map<string, Seen[]>()

  return (line: number, row: JudgedRow): Problem[] => {
    const { person, offers } = row
    const iin = person.iin ?? offers.zeros?.iin ?? null
    const name = foldedName(person)
    const sameIin = iin === null ? undefined : byIin.get(iin)
    const samePassport = person.passport === null ? undefined : byPassport.get(person.passport)
    // A name that half the file bears tells nothing, and comparing each with each would take for ever.
    const namesakes = person.familyName && person.givenName ? (byName.get(name) ?? []).slice(0, 20) : []
    const sameEmail = person.email === null ? undefined : byEmail.get(person.email)
    const samePhone = person.phone === null ? undefined : byPhone.get(person.phone)
    keep(line, row, iin, name)

    if (sameIin !== undefined) {
      delete offers.zeros
      return [problem('iin', 'iin-twice', { line: sameIin })]
    }
    if (samePassport !== undefined) return [problem('passport', 'passport-twice', { line: samePassport })]
    const judged = namesakes.map((other) => ({ line: other.line, answer: sameHuman(row, other.row) }))
    const twice = judged.find(({ answer }) => answer === 'same')
    if (twice) return [problem(null, 'person-twice', { line: twice.line })]
    const twin = judged.find(({ answer }) => answer === 'perhaps')
    return [
      ...(sameEmail === undefined ? [] : [problem('email', 'email-twice', { line: sameEmail })]),
      ...(samePhone === undefined ? [] : [problem('phone', 'phone-twice', { line: samePhone })]),
      ...(twin ? [problem(null, 'twin', { line: twin.line })] : []),
    ]
  }

  function keep(line: number, row: JudgedRow, iin: string | null, name: string) {
    const { person } = row
    if (iin !== null && !byIin.has(iin)) byIin.set(iin, line)
    if (person.passport !== null && !byPassport.has(person.passport)) byPassport.set(person.passport, line)
    if (person.email !== null && !byEmail.has(person.email)) byEmail.set(person.email, line)
    if (person.phone !== null && !byPhone.has(person.phone)) byPhone.set(person.phone, line)
    const namesakes = byName.get(name)
    if (!namesakes) byName.set(name, [{ line, row }])
    else if (namesakes.length < 20) namesakes.push({ line, row })
  }
}

/** Whether two rows with the same names tell of one human. */
export function sameHuman(one: JudgedRow, other: JudgedRow): 'same' | 'perhaps' | 'different' {
  const [a, b] = [one.person, other.person]
  const numbers = [a.iin ?? one.offers.zeros?.iin ?? a.passport, b.iin ?? other.offers.zeros?.iin ?? b.passport]
  const numbersDiffer = numbers[0] && numbers[1] && numbers[0] !== numbers[1]
  if (a.birthDate && b.birthDate && a.birthDate !== b.birthDate) return 'different'
  if (numbersDiffer) return a.birthDate && a.birthDate === b.birthDate ? 'perhaps' : 'different'
  if (a.birthDate && a.birthDate === b.birthDate) return 'same'
  const differ = (left: string | null, right: string | null) => left !== null && right !== null && left !== right
  return differ(a.email, b.email) || differ(a.phone, b.phone) ? 'perhaps' : 'same'
}
