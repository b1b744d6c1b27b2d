import { describe, expect, test } from 'vitest'
import { eligibility, type EvidenceNow, evidenceShape, type Rules, rulesOf, storedEvidenceShape } from '#modules/certificates/index.ts'

const rules: Rules = { kind: 'non-formal', attendancePercent: 90, postTest: true, stations: ['counting-breaths', 'counselling'], practiceCases: 20, practiceYoungInfants: 5, approvalRequired: true }
const met: EvidenceNow = {
  v: 2, seenAt: '2027-03-06T05:00:00.000Z', enrolment: 'enrolled', cohortState: 'closed', attendanceClosedAt: '2027-03-05T13:00:00.000Z', halves: 10, present: 9,
  postTest: { score: 11, maximum: 15, passed: true }, stations: [{ station: 'counselling', passed: true }, { station: 'counting-breaths', passed: true }], cases: 20, youngInfants: 5, simulated: 0,
  edition: { id: '6f6d0d4b-3c9e-4f0e-8f0a-0a4b8a3c5d11', approved: true, demonstration: false },
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
]

describe('each rule alone keeps a certificate back, by its name', () => {
  test.for(alone)('%s', ([, change, unmet]) => {
    expect(eligibility({ ...met, ...change }, rules)).toEqual({ eligible: false, unmet: [unmet] })
  })
})

test('whoever has done nothing reads every rule, in one order', () => {
  const nothing: EvidenceNow = { ...met, enrolment: 'none', cohortState: 'cancelled', attendanceClosedAt: null, halves: 0, present: 0, postTest: null, stations: [], cases: 0, youngInfants: 0, edition: { ...met.edition, approved: false } }
  expect(eligibility(nothing, rules).unmet.map((one) => one.rule)).toEqual([
    'not-enrolled', 'cohort-cancelled', 'attendance-not-closed', 'attendance-too-low', 'post-test-not-passed', 'station-not-passed', 'station-not-passed', 'practice-too-little', 'young-infants-too-few', 'edition-not-approved',
  ])
})

test('a demonstration needs no approval', () => {
  expect(eligibility({ ...met, edition: { ...met.edition, approved: false, demonstration: true } }, rules).eligible).toBe(true)
})

const outline = { rules: { attendancePercent: 90, practiceCases: 20, practiceYoungInfants: 5 }, assessments: [{ kind: 'pre-test' }, { kind: 'post-test' }] }

test('the rules come from the edition: its percent, its tests, all its stations, its cases', () => {
  expect(rulesOf({ kind: 'non-formal', outline, stations: ['b', 'a'] })).toEqual({ kind: 'non-formal', attendancePercent: 90, postTest: true, stations: ['a', 'b'], practiceCases: 20, practiceYoungInfants: 5, approvalRequired: true })
  expect(rulesOf({ kind: 'non-formal', outline: { ...outline, assessments: [{ kind: 'quiz' }] }, stations: [] }).postTest).toBe(false)
})

test('only a course that is not of advanced training may say that it needs no approval', () => {
  const freed = { ...outline, rules: { ...outline.rules, approvalRequired: false } }
  expect(rulesOf({ kind: 'non-formal', outline: freed, stations: [] }).approvalRequired).toBe(false)
  expect(rulesOf({ kind: 'attendance', outline: freed, stations: [] }).approvalRequired).toBe(false)
  expect(rulesOf({ kind: 'advanced', outline: freed, stations: [] }).approvalRequired).toBe(true)
})

test('a statement of attendance asks for attendance alone', () => {
  const attendance = rulesOf({ kind: 'attendance', outline, stations: ['counting-breaths'] })
  expect(eligibility({ ...met, postTest: null, stations: [], cases: 0, youngInfants: 0 }, attendance).eligible).toBe(true)
  expect(eligibility({ ...met, present: 0 }, attendance).eligible).toBe(false)
})

test('more simulated cases make up for no child that was not seen, but a simulated young infant is one', () => {
  expect(eligibility({ ...met, cases: 19, simulated: 10 }, rules).unmet).toEqual([{ rule: 'practice-too-little', cases: 19, needed: 20 }])
  expect(eligibility({ ...met, simulated: 5 }, rules).eligible).toBe(true)
})

test('what was stored before young infants were told apart reads as before, with its own rules', () => {
  const { youngInfants: _, simulated: __, ...first } = met
  const { practiceYoungInfants: ___, ...before } = rules
  const stored = storedEvidenceShape.parse({ ...first, v: 1, rules: before })
  expect(stored.rules.practiceYoungInfants).toBe(0)
  expect(eligibility(stored, stored.rules)).toEqual({ eligible: true, unmet: [] })
  expect(eligibility({ ...stored, cases: 19 }, stored.rules).unmet).toEqual([{ rule: 'practice-too-little', cases: 19, needed: 20 }])
})

test('an edition that says nothing of young infants asks for none', () => {
  const { practiceYoungInfants: _, ...silent } = outline.rules
  expect(rulesOf({ kind: 'non-formal', outline: { ...outline, rules: silent }, stations: [] }).practiceYoungInfants).toBe(0)
})
