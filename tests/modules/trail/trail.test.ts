import { sql } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import { system, visitor } from '#modules/actor.ts'
import { trail } from '#modules/trail/index.ts'
import { type FactsOf, type Kind, kinds, record } from '#modules/ledger/index.ts'
import { locales } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAdministrator, anAuditor } from '#tests/factories.ts'
import { asIntruder } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, replaced } from '#tests/modules/counts/register.ts'

const actor = system('test')
const hash = 'ab'.repeat(32)
const subject = 'cd'.repeat(16)

/** Facts for every kind that the ledger knows. */
const samples = (cohort: string, edition: string, centre: string): { [K in Kind]: FactsOf<K> } => ({
  'cohort.enrolled': { cohort, subject, seat: 7 }, 'cohort.queued': { cohort, subject, ticket: 31 }, 'cohort.promoted': { cohort, subject, seat: 7 }, 'cohort.offered': { cohort, subject, seat: 7 }, 'cohort.withdrawn': { cohort, subject, seat: null },
  'conflict.overridden': { cohort, conflict: 'holiday', reason: hash }, 'attendance.reopened': { cohort, reason: hash }, 'followup.recorded': { cohort, subject, agreed: true }, 'person.unmerged': { subject, from: subject },
  'quota.changed': { cohort, quota: randomUUID(), change: 'released', seats: 3 }, 'batch.taken-back': { cohort, batch: randomUUID(), certificates: 21, reason: hash }, 'issuing.switched': { stopped: true, reason: hash },
  'key.rotated': { purpose: 'certificate', ended: 'k1', kid: 'k2' }, 'key.compromised': { kid: 'k1', since: '2027-03-05T00:00:00.000Z', reason: hash },
  'certificate-kind.changed': { kind: 'advanced', digest: hash }, 'centre.accredited': { centre, accreditation: randomUUID(), change: 'recorded' }, 'followup.corrected': { cohort, subject, reason: hash },
  'attempt.finished': { cohort, subject, assessment: randomUUID(), attempt: randomUUID(), passed: true }, 'observation.recorded': { cohort, subject, station: 'counting-breaths', observation: randomUUID(), passed: false },
  'attempt.regraded': { cohort, subject, assessment: randomUUID(), attempt: randomUUID(), regrade: 1, passed: true }, 'item.removed': { edition, item: 'imci-1-cough-01', reason: hash, attempts: 12 },
  'extra-time.changed': { cohort, subject },
  'practice.confirmed': { cohort, cases: 7, digest: hash },
  'attendance.closed': { cohort, marks: 250, digest: hash },
  'certificate.issued': { cohort, subject, certificate: randomUUID(), serial: 'KZ-2027-000001', statement: hash, kid: 'k', region: 'KZ-43', centre, facility: null, rural: null, course: 'imci', edition, guideline: 'g', profession: null, sex: null, language: 'kk', kind: 'non-formal', date: '2027-03-05', counted: '2027-03-05', demonstration: false },
  'certificate.drawn': { certificate: randomUUID(), serial: 'KZ-2027-000001', pdf: hash }, 'certificate.revoked': { certificate: randomUUID(), serial: 'KZ-2027-000001', subject, reason: hash },
  'certificate.replaced': { certificate: randomUUID(), serial: 'KZ-2027-000001', successor: randomUUID(), successorSerial: 'KZ-2027-000002', subject },
  'course.published': { edition, course: 'imci', number: 1, content: hash, guideline: 'g' }, 'course.approved': { edition, course: 'imci', number: 1, approval: hash },
  'statement.signed': { month: '2026-10', size: 12, kid: 'k', digest: hash },
  'role.changed': { subject, role: 'trainer', centre, college: null, change: 'granted' }, 'person.merged': { subject, into: subject }, 'person.revealed': { subject, field: 'iin' }, 'holder.revealed': { certificate: randomUUID(), serial: 'KZ-2027-000001', subject, purpose: 'doubt', reason: hash }, 'person.erased': { subject },
  'list.exported': { list: 'certificates', rows: 3, digest: hash }, 'adoption.step': { college: randomUUID(), edition, step: 'received' }, 'adoption.reported': { college: randomUUID(), edition, report: randomUUID(), number: 'AR-2027-00001', digest: hash },
  'indicator.entered': { id: randomUUID(), indicator: 'infant-mortality', facility: null, region: 'KZ-43', year: 2017, value: 8.8, before: 14.4, replaces: randomUUID(), file: hash },
  'staff.claimed': { college: randomUUID(), certificate: randomUUID(), subject, change: 'asked' }, 'package.built': { edition, format: 'cc-1.1', locale: 'kk', version: '1.0.0', digest: hash },
})

test('every kind of entry has a sentence in the three languages, with all its facts in words', async ({ db }) => {
  const cohort = await aCohort(db)
  const all = samples(cohort.id, cohort.editionId, cohort.centreId)
  for (const kind of Object.keys(kinds) as Kind[]) await record(db, actor, kind, all[kind])
  for (const change of ['ended', 'suspended', 'restored'] as const) await record(db, actor, 'role.changed', { ...all['role.changed'], change })
  for (const locale of locales) {
    const { items } = await trail(db, actor, { locale, limit: 200 })
    expect(items.map((item) => item.kind).toReversed().slice(0, Object.keys(kinds).length)).toEqual(Object.keys(kinds))
    for (const { sentence, kind } of items) {
      expect(sentence, kind).toMatch(/^\S.*[.]$/s)
      expect(sentence, kind).not.toMatch(/[{}]|undefined|null/)
      expect(sentence, kind).not.toContain(cohort.id)
    }
    expect(items.find((item) => item.kind === 'cohort.enrolled')!.sentence).toContain('Қызылорда ресурстық орталығы')
  }
})

test('entries come newest first and page by page, who acted beside them', async ({ db }) => {
  const auditor = await anAuditor(db)
  for (const one of [actor, visitor, auditor]) await record(db, one, 'person.erased', { subject })
  const first = await trail(db, auditor, { locale: 'en', limit: 2 })
  expect(first.items.map((item) => item.seq)).toEqual([3, 2])
  expect(first.items[0]!.by).toMatch(/^person [0-9a-f]{8}$/)
  const rest = await trail(db, auditor, { locale: 'en', limit: 2, before: first.cursor! })
  expect(rest).toMatchObject({ items: [{ seq: 1, by: 'the system (test)' }], cursor: null })
})

test('the story of one certificate can be asked for', async ({ db }) => {
  const one = await aCertificate(db)
  await aCertificate(db)
  const two = await replaced(db, one)
  const story = await trail(db, actor, { locale: 'en', serial: one.serial })
  expect(story.items.map((item) => item.kind)).toEqual(['certificate.replaced', 'certificate.issued'])
  expect(story.items[0]!.sentence).toBe(`Certificate ${one.serial} was replaced by ${two.serial}.`)
  expect((await trail(db, actor, { locale: 'en', kind: 'certificate.issued' })).items).toHaveLength(3)
})

test('an entry that was tampered with does not break the page', async ({ db }) => {
  await record(db, actor, 'person.erased', { subject })
  await record(db, actor, 'person.erased', { subject })
  await asIntruder(db)
  await db.execute(sql`update entries set body = 'x' where seq = 1`)
  await db.execute(sql`update entries set kind = 'toString' where seq = 2`)
  expect((await trail(db, actor, { locale: 'en' })).items.map((item) => item.sentence)).toEqual(Array(2).fill('This entry cannot be read. Verify the ledger.'))
})

test('it is for auditors and the system', async ({ db }) => {
  for (const other of [visitor, await anAdministrator(db), await aCoordinator(db, (await aCentre(db)).id)]) await expect(trail(db, other, { locale: 'en' })).rejects.toMatchObject({ code: 'permission.denied' })
})
