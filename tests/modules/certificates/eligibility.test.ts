import { describe, expect, test } from 'vitest'
import { type AskingKind, eligibility, type EvidenceNow, evidenceShape, type Rules, rulesOf, storedEvidenceShape } from '#modules/certificates/index.ts'

const rules: Rules = { kind: 'non-formal', attendancePercent: 90, postTest: true, stations: ['counting-breaths', 'counselling'], practiceCases: 20, practiceYoungInfants: 5, approvalRequired: true, accreditationRequired: true }
const met: EvidenceNow = {
  v: 3, seenAt: '2027-03-06T05:00:00.000Z', enrolment: 'enrolled', cohortState: 'closed', attendanceClosedAt: '2027-03-05T13:00:00.000Z', halves: 10, present: 9,
  postTest: { score: 11, maximum: 15, passed: true }, stations: [{ station: 'counselling', passed: true }, { station: 'counting-breaths', passed: true }], cases: 20, youngInfants: 5, simulated: 0,
  edition: { id: '6f6d0d4b-3c9e-4f0e-8f0a-0a4b8a3c5d11', approved: true, demonstration: false },
  accreditation: { id: '2c1d7a52-55d0-4a35-9f0e-3a0f9c8a1b22', number: 'AA-0147' },
}

test('who meets every rule, each of them just so, is eligible', () => {
  expect(evidenceShape.parse(met)).toEqual(met)
  expect(eligibility(met, rules)).toEqual({ eligible: true, unmet: [] })
})

// Each line changes one thing about a person who is eligible, and names the one rule that is then unmet.
const alone: [title: string, change: Partial<EvidenceNow>, unmet: object][] = [
  ['a person in the queue', { enrolment: 'queued' }, { rule: 'not-enrolled' }],
  ['a person who left', { enrolment: 'withdrawn' }, { rule: 'not-enrolled' }],
  ['a person who was never there', { enrolment: 'none' }, { rule: 'not-enrolled' }],
  ['a cohort that was cancelled', { cohortState: 'cancelled' }, { rule: 'cohort-cancelled' }],
  ['attendance still open', { attendanceClosedAt: null }, { rule: 'attendance-not-closed' }],
  ['one half-day too few', { present: 8 }, { rule: 'attendance-too-low', percent: 80, needed: 90, present: 8, halves: 10 }],
  ['89.99 % of attendance, which rounding would forgive', { halves: 10_000, present: 8999 }, { rule: 'attendance-too-low', percent: 89, needed: 90, present: 8999, halves: 10_000 }],
  ['no half-day held at all', { halves: 0, present: 0 }, { rule: 'attendance-too-low', percent: 0, needed: 90, present: 0, halves: 0 }],
  ['the post-test not taken', { postTest: null }, { rule: 'post-test-not-passed', score: null, maximum: null }],
  ['the post-test failed', { postTest: { score: 10, maximum: 15, passed: false } }, { rule: 'post-test-not-passed', score: 10, maximum: 15 }],
  ['one station failed', { stations: [{ station: 'counting-breaths', passed: false }, { station: 'counselling', passed: true }] }, { rule: 'station-not-passed', station: 'counting-breaths' }],
  ['one station never observed', { stations: [{ station: 'counting-breaths', passed: true }] }, { rule: 'station-not-passed', station: 'counselling' }],
  ['one practice case too few', { cases: 19 }, { rule: 'practice-too-little', cases: 19, needed: 20 }],
  ['one young infant too few', { youngInfants: 4 }, { rule: 'young-infants-too-few', cases: 4, needed: 5 }],
  ['an edition without approval', { edition: { ...met.edition, approved: false } }, { rule: 'edition-not-approved' }],
  ['a centre without accreditation', { accreditation: null }, { rule: 'centre-not-accredited' }],
]

describe('each rule alone keeps a certificate back, by its name', () => {
  test.for(alone)('%s', ([, change, unmet]) => {
    expect(eligibility({ ...met, ...change }, rules)).toEqual({ eligible: false, unmet: [unmet] })
  })
})

test('whoever has done nothing reads every rule, in one order', () => {
  const nothing: EvidenceNow = { ...met, enrolment: 'none', cohortState: 'cancelled', attendanceClosedAt: null, halves: 0, present: 0, postTest: null, stations: [], cases: 0, youngInfants: 0, edition: { ...met.edition, approved: false }, accreditation: null }
  expect(eligibility(nothing, rules).unmet.map((one) => one.rule)).toEqual([
    'not-enrolled', 'cohort-cancelled', 'attendance-not-closed', 'attendance-too-low', 'post-test-not-passed', 'station-not-passed', 'station-not-passed', 'practice-too-little', 'young-infants-too-few', 'edition-not-approved', 'centre-not-accredited',
  ])
})

test('a demonstration needs no approval, but what an accredited centre alone may issue is shown at accredited centres alone', () => {
  const shown = { ...met, edition: { ...met.edition, approved: false, demonstration: true } }
  expect(eligibility(shown, rules).eligible).toBe(true)
  expect(eligibility({ ...shown, accreditation: null }, rules).unmet).toEqual([{ rule: 'centre-not-accredited' }])
})

const nonFormal: AskingKind = { kind: 'non-formal', template: 'certificate', approvalRequired: false, accreditationRequired: false }
const advanced: AskingKind = { kind: 'advanced', template: 'certificate', approvalRequired: true, accreditationRequired: true }
const statement: AskingKind = { kind: 'attendance', template: 'attendance', approvalRequired: false, accreditationRequired: false }

const outline = { rules: { attendancePercent: 90, practiceCases: 20, practiceYoungInfants: 5 }, assessments: [{ kind: 'pre-test' }, { kind: 'post-test' }] }

test('the rules come from the edition: its percent, its tests, all its stations, its cases', () => {
  expect(rulesOf({ kind: nonFormal, outline, stations: ['b', 'a'] })).toEqual({ kind: 'non-formal', attendancePercent: 90, postTest: true, stations: ['a', 'b'], practiceCases: 20, practiceYoungInfants: 5, approvalRequired: true, accreditationRequired: false })
  expect(rulesOf({ kind: nonFormal, outline: { ...outline, assessments: [{ kind: 'quiz' }] }, stations: [] }).postTest).toBe(false)
})

test('an edition may say that it needs no approval, unless the kind of its certificate always needs one', () => {
  const freed = { ...outline, rules: { ...outline.rules, approvalRequired: false } }
  expect(rulesOf({ kind: nonFormal, outline: freed, stations: [] }).approvalRequired).toBe(false)
  expect(rulesOf({ kind: nonFormal, outline, stations: [] }).approvalRequired).toBe(true)
  expect(rulesOf({ kind: advanced, outline: freed, stations: [] })).toMatchObject({ approvalRequired: true, accreditationRequired: true })
})

test('a statement of attendance asks for attendance alone', () => {
  const attendance = rulesOf({ kind: statement, outline, stations: ['counting-breaths'] })
  expect(eligibility({ ...met, postTest: null, stations: [], cases: 0, youngInfants: 0, accreditation: null, edition: { ...met.edition, approved: false } }, attendance).eligible).toBe(true)
  expect(eligibility({ ...met, present: 8 }, attendance).unmet).toMatchObject([{ rule: 'attendance-too-low' }])
  expect(rulesOf({ kind: { ...statement, approvalRequired: true }, outline, stations: [] }).approvalRequired).toBe(true)
})

test('more simulated cases make up for no child that was not seen, but a simulated young infant is one', () => {
  expect(eligibility({ ...met, cases: 19, simulated: 10 }, rules).unmet).toEqual([{ rule: 'practice-too-little', cases: 19, needed: 20 }])
  expect(eligibility({ ...met, simulated: 5 }, rules).eligible).toBe(true)
})

test('what was stored before young infants and accreditations were told reads as before, with its own rules', () => {
  const { youngInfants: _, simulated: __, accreditation: ___, ...first } = met
  const { practiceYoungInfants: ____, accreditationRequired: _____, ...before } = rules
  const stored = storedEvidenceShape.parse({ ...first, v: 1, rules: before })
  expect(stored.rules).toMatchObject({ practiceYoungInfants: 0, accreditationRequired: false })
  expect(eligibility(stored, stored.rules)).toEqual({ eligible: true, unmet: [] })
  expect(eligibility({ ...stored, cases: 19 }, stored.rules).unmet).toEqual([{ rule: 'practice-too-little', cases: 19, needed: 20 }])
})

test('an edition that says nothing of young infants asks for none', () => {
  const { practiceYoungInfants: _, ...silent } = outline.rules
  expect(rulesOf({ kind: nonFormal, outline: { ...outline, rules: silent }, stations: [] }).practiceYoungInfants).toBe(0)
})
