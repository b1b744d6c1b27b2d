import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import type { Coming } from '#modules/cohorts/index.ts'
import { type Change, type ChangedField, compare, type KnownPerson } from './compare.ts'
import { findKnown } from './known.ts'
import { problem } from './problems.ts'
import type { PersonRow } from './read.ts'

export type RowKind = 'new' | 'matched' | 'changed' | 'wrong'

/** A row and what importing it would do. */
export type PlannedRow = { row: PersonRow; kind: RowKind; known: KnownPerson | null; changes: Change[] }

/**
 * Compares rows with what is registered. Hand in the file slice by slice, in its order; the answer to each slice remembers
 * the earlier ones, so that one registered person isn't enrolled by two lines.
 */
export function planner(db: Db, actor: Actor, cohortId: string) {
  const lines = new Map<string, number>()
  return async (rows: readonly PersonRow[]): Promise<PlannedRow[]> => {
    const registered = await findKnown(db, actor, cohortId, rows)
    return rows.map((row) => {
      const of = (map: Map<string, KnownPerson>, key: string | null) => (key === null ? undefined : map.get(key))
      const { iin, passport, email, phone } = row.person
      const { known, changes, problems } = compare(row.person, { iin: of(registered.byIin, iin), passport: of(registered.byPassport, passport), email: of(registered.byEmail, email), phone: of(registered.byPhone, phone) })
      const all = [...row.problems, ...problems]
      const before = known ? lines.get(known.id) : undefined
      if (before !== undefined && !all.some(({ code }) => code.endsWith('-twice'))) all.push(problem(null, 'person-twice', { line: before }))
      if (known && before === undefined) lines.set(known.id, row.line)
      const wrong = all.some(({ level }) => level === 'wrong')
      return { row: { ...row, problems: all }, kind: wrong ? 'wrong' : !known ? 'new' : changes.length > 0 ? 'changed' : 'matched', known, changes }
    })
  }
}

/** True when importing the row puts somebody into the cohort who isn't in it. */
export const willEnrol = (row: PlannedRow) => row.kind !== 'wrong' && !isInside(row) && !isElsewhere(row)

const isInside = ({ known }: PlannedRow) => known?.enrolment === 'enrolled' || known?.enrolment === 'offered' || known?.enrolment === 'queued'

/** True when the row's person is left out: they have a place of the course in another cohort. */
export const isElsewhere = (row: PlannedRow) => !isInside(row) && typeof row.known?.elsewhere === 'string'

/** The person of a row as the cohort will meet them: what is registered, with what is agreed to be taken over. */
export function comingOf({ row: { person }, known, changes }: PlannedRow, agreed: boolean): Coming {
  if (!known) return { facilityId: person.facilityId, profession: person.profession, passportOnly: person.iin === null && person.passport !== null }
  const taken = (field: ChangedField) => agreed && changes.some((change) => change.field === field)
  return {
    facilityId: taken('facility') ? person.facilityId : known.facilityId,
    profession: taken('profession') ? person.profession : known.profession,
    passportOnly: known.hasPassport && !known.hasIin && !taken('iin'),
  }
}
