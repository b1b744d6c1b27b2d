import { describe } from 'vitest'
import { checkMany, groupCode, issueCertificates, mostLines, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { readList } from '#modules/certificates/checkMany.ts'
import type { Db } from '#db/client.ts'
import { expect, test } from '#tests/database.ts'
import { anAdministrator } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

async function twoIssued(db: Db) {
  const finished = await aFinishedCohort(db, { people: 2 })
  const { issued } = await issueCertificates(db, finished.coordinator, { cohortId: finished.cohort.id })
  return issued.map((one) => ({ ...one, person: finished.people.find(({ id }) => id === one.personId)! }))
}

test('each line of a list is told by its code: valid, revoked, unknown or unreadable, in the order of the list', async ({ db }) => {
  const [first, second] = await twoIssued(db)
  await revokeCertificate(db, await anAdministrator(db), { serial: second!.serial, reason: 'Қате берілген' })
  const text = `code\r\n${groupCode(first!.code).toLowerCase()}\r\n\r\nhttps://besik.example/kk/verify/${second!.code}\r\n${'0'.repeat(27)}\r\nnot a code\r\n`
  const checked = await checkMany(db, { text })
  expect(checked.map(({ line, status, certificate }) => [line, status, certificate?.serial ?? null])).toEqual([
    [2, 'valid', first!.serial], [4, 'revoked', second!.serial], [5, 'unknown', null], [6, 'unreadable', null],
  ])
  expect(checked[0]!.certificate!.holderName).toContain(first!.person.familyName)
})

test('a number is told only beside the holder’s family name: numbers can be counted up', async ({ db }) => {
  const [first, second] = await twoIssued(db)
  const text = [first!.serial, `${first!.serial};${first!.person.familyName.toUpperCase()} ${first!.person.givenName}`, `${second!.serial};Басқаев`, 'KZ-2026-999999;Басқаев'].join('\n')
  expect((await checkMany(db, { text })).map(({ status, certificate }) => [status, certificate?.code ?? null])).toEqual([
    ['name-needed', null], ['valid', first!.code], ['unknown', null], ['unknown', null],
  ])
})

test('a list says nothing that the public page does not', async ({ db }) => {
  const [first] = await twoIssued(db)
  const [{ certificate }] = (await checkMany(db, { text: first!.code })) as [Awaited<ReturnType<typeof checkMany>>[number]]
  expect(Object.keys(certificate!).sort()).toEqual(['centre', 'code', 'daysLeft', 'expiresOn', 'holderName', 'issuedOn', 'renewedBy', 'revoked', 'serial', 'state', 'successor', 'titles'])
})

test('a line says since when and why, and which certificate stands for it now', async ({ db }) => {
  const [first, second] = await twoIssued(db)
  const administrator = await anAdministrator(db)
  await revokeCertificate(db, administrator, { serial: first!.serial, reason: 'Қате берілген' })
  const { serial } = await replaceCertificate(db, administrator, { serial: second!.serial })
  const checked = await checkMany(db, { text: `${first!.code}\n${second!.serial};${second!.person.familyName}\n${second!.serial};Басқаев` })
  expect(checked.map((one) => [one.byNumber, one.certificate?.state ?? null, one.certificate?.revoked ?? null, one.certificate?.successor ?? null])).toEqual([
    [false, 'revoked', { on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), reason: 'Қате берілген' }, null], [true, 'replaced', null, serial], [true, null, null, null],
  ])
})

test('a list that is too long is refused whole', async ({ db }) => {
  await expect(checkMany(db, { text: 'x\n'.repeat(mostLines + 2) })).rejects.toMatchObject({ code: 'certificate.too-many-lines', facts: { most: mostLines } })
})

describe('a list', () => {
  test.each([
    ['semicolons, with a heading and a mark of order', '\uFEFFнөмірі;аты-жөні\r\nKZ-2026-000001;Оспанова Гүлнәр\r\n', [[2, 'KZ-2026-000001', 'ospanova gulnar']]],
    ['commas, and Latin letters', 'kz-2026-000001,OSPANOVA', [[1, 'KZ-2026-000001', 'ospanova']]],
    ['a quoted cell', 'KZ-2026-000001;"Оспанова; Гүлнәр"', [[1, 'KZ-2026-000001', 'ospanova gulnar']]],
    ['nothing but empty lines', '\n \n;;\n', []],
  ] as const)('%s', (_, text, lines) => {
    expect(readList(text).map(({ line, serial, words }) => [line, serial, words.join(' ')])).toEqual(lines)
  })
})
