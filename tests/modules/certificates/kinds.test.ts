import { attendanceKindOf, kindFor } from '#modules/certificates/index.ts'
import { accreditationState, accreditedOn } from '#modules/places/index.ts'
import { expect, test } from 'vitest'

const kinds = [
  { kind: 'non-formal', accreditationRequired: false, otherwise: null },
  { kind: 'advanced', accreditationRequired: true, otherwise: 'non-formal' },
  { kind: 'state', accreditationRequired: true, otherwise: 'advanced' },
  { kind: 'only-accredited', accreditationRequired: true, otherwise: null },
  { kind: 'round', accreditationRequired: true, otherwise: 'about' },
  { kind: 'about', accreditationRequired: true, otherwise: 'round' },
  { kind: 'freed', accreditationRequired: false, otherwise: 'non-formal' },
]

const table: [of: string, accredited: boolean, answer: string | null, because: string][] = [
  ['non-formal', false, 'non-formal', 'it asks for no accreditation'],
  ['non-formal', true, 'non-formal', 'accreditation lifts nobody above what the edition is'],
  ['advanced', true, 'advanced', 'the centre is accredited'],
  ['advanced', false, 'non-formal', 'it gives way'],
  ['state', false, 'non-formal', 'it gives way twice'],
  ['state', true, 'state', 'the centre is accredited'],
  ['only-accredited', true, 'only-accredited', 'the centre is accredited'],
  ['only-accredited', false, null, 'there is nothing instead'],
  ['round', false, null, 'two kinds that point at one another are nothing'],
  ['freed', false, 'freed', 'what needs no accreditation gives way to nothing'],
  ['unheard-of', true, null, 'there is no such kind'],
]

test.for(table)('an edition of kind %s at a centre whose accreditation is %s leads to %s: %s', ([kind, accredited, answer]) => {
  expect(kindFor({ kind, kinds, accredited })?.kind ?? null).toBe(answer)
})

test('the statement of attendance is the kind drawn as one that certifies nothing', () => {
  const all = [{ kind: 'b', template: 'attendance', certifies: true }, { kind: 'c', template: 'certificate', certifies: false }, { kind: 'e', template: 'attendance', certifies: false }, { kind: 'd', template: 'attendance', certifies: false }] as const
  expect(attendanceKindOf(all).kind).toBe('d')
  expect(() => attendanceKindOf(all.slice(0, 2))).toThrow('statement of attendance')
})

const from = { validFrom: '2027-03-01', validUntil: null, withdrawnOn: null }
const states: [title: string, accreditation: typeof from | object, day: string, state: string][] = [
  ['the day before the first', from, '2027-02-28', 'coming'],
  ['the first day', from, '2027-03-01', 'valid'],
  ['long after, without a last day', from, '2040-01-01', 'valid'],
  ['the last day', { ...from, validUntil: '2027-12-31' }, '2027-12-31', 'valid'],
  ['the day after the last', { ...from, validUntil: '2027-12-31' }, '2028-01-01', 'ended'],
  ['the day before it is withdrawn', { ...from, withdrawnOn: '2027-06-01' }, '2027-05-31', 'valid'],
  ['the day it is withdrawn', { ...from, withdrawnOn: '2027-06-01' }, '2027-06-01', 'withdrawn'],
  ['withdrawn, after its last day', { ...from, validUntil: '2027-12-31', withdrawnOn: '2027-06-01' }, '2028-06-01', 'withdrawn'],
]

test.for(states)('an accreditation on %s', ([, change, day, state]) => {
  expect(accreditationState({ ...from, ...change }, day)).toBe(state)
})

test('of several accreditations the one that began last counts, and none without one that is valid', () => {
  const [first, second, coming] = [{ id: 1, ...from }, { id: 2, ...from, validFrom: '2027-05-01', validUntil: '2027-08-31' }, { id: 3, ...from, validFrom: '2028-01-01' }]
  expect(accreditedOn([second, coming, first], '2027-04-30')?.id).toBe(1)
  expect(accreditedOn([first, second, coming], '2027-08-31')?.id).toBe(2)
  expect(accreditedOn([first, second, coming], '2027-09-01')?.id).toBe(1)
  expect(accreditedOn([second], '2027-09-01')).toBe(null)
})
