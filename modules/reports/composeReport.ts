import type { colleges, Texts } from '#db/schema/index.ts'
import { type AdoptionState, type Hours, isCertificateInForce, mappingOf, type Programme, type Reconfirmation, type StaffMember, standingSteps, type Step, type Taught, taughtYears } from '#modules/adoptions/index.ts'
import type { Edition } from '#modules/courses/index.ts'
import { type CountedState, countedStates, type ReportFacts } from './shape.ts'

/** All that a report is made of, as it was read. */
export type ReportGround = {
  studyYear: number
  college: typeof colleges.$inferSelect
  region: { code: string; names: Texts }
  edition: Edition
  adoptionId: string
  reconfirmation: Reconfirmation | null
  steps: readonly Step[]
  programme: Programme
  taught: Taught
  /** Those who agreed to be named, with certificates of any course. */
  staff: readonly StaffMember[]
  evidence: readonly { stepId: string; name: string; type: string; bytes: number; sha256: string }[]
}

/**
 * What an adoption report tells, from what was read. Pure: every figure in it is the sum or the number of what stands in it, so that a
 * reader can add them up. Teachers are those with a certificate of this very course.
 */
export function composeReport({ studyYear, college, region, edition, adoptionId, reconfirmation, steps, programme, taught, staff, evidence }: ReportGround): ReportFacts {
  const standing = standingSteps(steps)
  const last = standing.at(-1)!
  const mapping = mappingOf(taught, programme.lines)
  const guideline = edition.outline.guidelines.find((one) => one.id === edition.guideline)
  const mapped = standing.findLast((one) => one.state === 'mapped')
  return {
    studyYear,
    college: { id: college.id, names: college.names, higher: college.higher, region },
    edition: {
      id: edition.id, course: edition.course, number: edition.number, titles: edition.titles, content: edition.contentHash,
      guideline: { id: edition.guideline, titles: guideline?.titles ?? { kk: edition.guideline, ru: edition.guideline, en: edition.guideline } },
      academicHourMinutes: edition.outline.academicHourMinutes ?? null, approval: edition.approval, demonstration: edition.demonstration,
    },
    adoption: { id: adoptionId, state: last.state, since: last.on },
    reconfirmation,
    steps: standing.map(({ state, on, facts }) => ({ state, on, facts: toldOf(state, facts) })),
    programme: {
      specialityCode: programme.specialityCode, speciality: programme.speciality, qualification: programme.qualification, semester: programme.semester,
      digest: programme.digest, asMapped: mapped?.facts['digest'] === programme.digest,
      lines: mapping.lines.map((one) => ({ title: one.title, theory: one.theoryHours, practice: one.practiceHours, ours: rounded(one.ours.all), lessons: one.lessons.length, competencies: one.competencies.length })),
    },
    hours: { college: inHours(mapping.given), edition: inHours(mapping.ours), covered: inHours(mapping.covered) },
    mapping: { lessons: mapping.lessons.all, covered: mapping.lessons.covered, gaps: mapping.gaps.map(({ id, titles }) => ({ id, titles })), missing: mapping.missing.map(({ id, titles }) => ({ id, titles })) },
    ...teachersOf(staff.filter((one) => one.state === 'consented' && one.certificate.course === edition.course)),
    students: studentsOf(steps),
    evidence: evidence.flatMap(({ stepId, ...file }) => {
      const step = steps.find((one) => one.id === stepId)
      return step ? [{ state: step.state, on: step.on, name: file.name, type: file.type, bytes: file.bytes, sha256: file.sha256 }] : []
    }),
  }
}

const rounded = (value: number) => Math.round(value * 100) / 100
const inHours = ({ theory, practice, all }: Hours) => ({ theory: rounded(theory), practice: rounded(practice), all: rounded(all) })

/** The facts of a step that a report tells: what the form asked for, without the college's notes and our own marks. */
const told: Record<AdoptionState, readonly string[]> = {
  invited: ['letter'], received: ['version'], review: ['body'], mapped: ['specialityCode', 'speciality', 'semester', 'theoryHours', 'practiceHours', 'lessons', 'covered'],
  approved: ['order', 'body'], registered: ['number'], taught: ['studyYear', 'groups', 'students', 'hours'], reconfirm: ['edition', 'bridge'], withdrawn: ['reason'],
}
const toldOf = (state: AdoptionState, facts: Record<string, unknown>) =>
  Object.fromEntries(told[state].flatMap((name) => (typeof facts[name] === 'string' || typeof facts[name] === 'number' ? [[name, facts[name]]] : [])))

function teachersOf(staff: readonly StaffMember[]): Pick<ReportFacts, 'staff' | 'teachers'> {
  const people = [...new Set(staff.map((one) => one.personId))]
  const states = Object.fromEntries(countedStates.map((state) => [state, staff.filter((one) => one.certificate.state === state).length])) as Record<CountedState, number>
  return {
    staff: staff.map(({ personId, post, certificate: one }) => ({
      person: people.indexOf(personId) + 1, certificate: one.certificateId, serial: one.serial, statement: one.statementHash, post, edition: one.edition,
      issuedOn: one.issuedOn, expiresOn: one.expiresOn, state: one.state, revokedOn: one.revokedOn, successor: one.successor, renewedBy: one.renewedBy,
    })),
    teachers: { people: people.length, inForce: new Set(staff.filter((one) => isCertificateInForce(one.certificate.state)).map((one) => one.personId)).size, states },
  }
}

function studentsOf(steps: readonly Step[]): ReportFacts['students'] {
  const years = taughtYears(steps).toReversed().map(({ studyYear, groups, students, hours }) => ({ studyYear, groups, students, hours }))
  return { years, groups: years.reduce((sum, one) => sum + one.groups, 0), students: years.reduce((sum, one) => sum + one.students, 0) }
}
