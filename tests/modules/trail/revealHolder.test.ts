import { createHash, randomInt } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { strFromU8, unzipSync } from 'fflate'
import type { Db } from '#db/client.ts'
import { certificates, entries, statements } from '#db/schema/index.ts'
import { type Actor, visitor } from '#modules/actor.ts'
import { certificateOf, groupCode, issueCertificates, listCertificates, maskedName, replaceCertificate, revokeCertificate, verifyCode } from '#modules/certificates/index.ts'
import * as counts from '#modules/counts/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aTrainee } from '#tests/factories.ts'
import { certificateCalls } from '#src/api/certificates.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { readCsv } from '#modules/table.ts'
import * as trails from '#modules/trail/index.ts'

const why = { purpose: 'complaint' as const, reason: 'Өтініш № 17, Қанарбаев' }

/** A register whose holders have names that stand nowhere else, nor do the codes that open the public page with them: revoked, replaced and valid certificates. */
async function aRegister(db: Db, people = 3) {
  const group = await aFinishedCohort(db, { people })
  const { issued } = await issueCertificates(db, group.coordinator, { cohortId: group.cohort.id })
  if (people > 1) await revokeCertificate(db, group.coordinator, { serial: issued[1]!.serial, reason: 'Қате адамға берілген' })
  if (people > 2) await replaceCertificate(db, group.coordinator, { serial: issued[2]!.serial })
  const names = (await db.select({ name: statements.holderName }).from(statements)).map((one) => one.name)
  const codes = (await db.select({ code: certificates.code }).from(certificates)).map((one) => one.code)
  const canaries = [...new Set([...names.flatMap((name) => [name, name.normalize('NFC').split(' ').slice(0, 2).join(' ')]), ...codes.flatMap((code) => [code, groupCode(code)])])]
  return { ...group, issued, codes, canaries }
}

/** What the API says beside the codes, which it gives to programs that hold documents against the register: the ledger tells of each page of them. */
const withoutCodes = (answer: object) => (answer as { json: { items: { code: string }[] } }).json.items.map(({ code: _, ...rest }) => rest)

/** Everything that an auditor may ask of the register, page by page and call by call, as one text each. */
async function everythingAsked(db: Db, actor: Actor, { cohort, issued }: Awaited<ReturnType<typeof aRegister>>) {
  const list = certificateCalls.find((one) => one.path === '/certificates' && one.method === 'GET')!
  const query = { limit: 200 }
  const answers: Record<string, unknown> = {
    list: await counts.listCertificates(db, actor, { which: 'all', limit: 200 }),
    revoked: await counts.listCertificates(db, actor, { state: 'revoked' }),
    centre: await counts.listCertificates(db, actor, { where: { centre: cohort.centreId } }),
    cohorts: await counts.cohortsIn(db, actor, { where: { centre: cohort.centreId } }),
    cohort: await counts.certificatesIn(db, actor, { cohort: cohort.id }),
    counts: await counts.countCertificates(db, actor, { by: ['centre', 'profession', 'sex'] }),
    register: await listCertificates(db, actor, query),
    api: withoutCodes(await list.run({ db, actor, query, params: {}, body: undefined, locale: 'kk', address: '127.0.0.1' } as never)),
    reveals: await trails.reveals(db, actor),
    revealsFile: await trails.exportReveals(db, actor, { locale: 'kk' }),
    one: await Promise.all(issued.map(({ serial }) => certificateOf(db, actor, { serial }))),
    file: Buffer.from((await counts.exportCertificates(db, actor, { locale: 'kk', which: 'all' })).bytes).toString(),
    book: Object.values(unzipSync((await counts.exportCertificates(db, actor, { locale: 'kk', which: 'all', format: 'xlsx' })).bytes)).map((part) => strFromU8(part)),
    trail: await trails.trail(db, actor, { locale: 'kk', limit: 200 }),
  }
  for (const { serial } of issued) answers[serial] = await counts.certificateBehind(db, actor, { serial })
  return Object.entries(answers).map(([name, answer]) => [name, JSON.stringify(answer)] as const)
}

test('no name leaves the register to an auditor, and no code that opens a page with one but by the API, whatever is asked, before and after a look that is recorded', async ({ db }) => {
  const seed = randomInt(2 ** 31)
  console.log(`names hidden: seed ${seed}`)
  const register = await aRegister(db, 3)
  expect(register.canaries.length).toBeGreaterThan(2)
  // Each code does open it: what is kept from the auditor is worth keeping.
  for (const code of register.codes) expect(register.canaries).toContain((await verifyCode(db, code))!.holderName)
  const auditor = await anAuditor(db)
  const look = async () => {
    for (const [name, text] of await everythingAsked(db, auditor, register)) for (const canary of register.canaries) expect(text.includes(canary), `${name} tells ${canary}`).toBe(false)
  }
  await look()
  await trails.revealHolder(db, auditor, { serial: register.issued[seed % 3]!.serial, ...why })
  await look()
  const told = (await db.select().from(entries)).filter(({ body }) => body.includes('"list":"certificate-codes"')).map(({ body }) => JSON.parse(body))
  expect(told.map(({ by, facts }) => [by, facts.rows])).toEqual([1, 2].map(() => [subjectOf(auditor.personId!), register.codes.length]))
  // The reason may name people too: nowhere but in its hash.
  for (const [name, text] of await everythingAsked(db, auditor, register)) expect(text.includes('Қанарбаев'), name).toBe(false)
})

test('what is hidden is said to be hidden, and who trained the holder sees the name', async ({ db }) => {
  const { coordinator, cohort, issued, people } = await aRegister(db, 1)
  const all = async (actor: Actor) => (await listCertificates(db, actor, {})).items.map((one) => one.holderName)
  expect(await all(await anAuditor(db))).toEqual([maskedName])
  const [name] = await all(coordinator)
  expect(name).toContain(people[0]!.familyName)
  expect(await all(await anAdministrator(db))).toEqual([name])
  expect((await counts.listCertificates(db, coordinator, { where: { centre: cohort.centreId } })).items[0]).toMatchObject({ holderName: name, serial: issued[0]!.serial })
  expect((await counts.listCertificates(db, await anAuditor(db), {})).items[0]).toMatchObject({ holderName: maskedName, serial: issued[0]!.serial })
  const code = async (actor: Actor) => (await listCertificates(db, actor, {})).items.map((one) => one.code)
  expect([await code(await anAuditor(db)), await code(coordinator), await code(await anAdministrator(db))]).toEqual([[null], [issued[0]!.code], [issued[0]!.code]])
})

test('a search by name finds nothing for who sees no names, and a serial finds', async ({ db }) => {
  const { coordinator, people, issued } = await aRegister(db, 1)
  const found = async (actor: Actor, q: string) => (await listCertificates(db, actor, { q })).items.length
  const auditor = await anAuditor(db)
  expect(await found(coordinator, people[0]!.familyName)).toBe(1)
  expect(await found(auditor, people[0]!.familyName)).toBe(0)
  expect(await found(auditor, issued[0]!.serial)).toBe(1)
})

test('a name is told to an auditor who has stepped up, with a reason, and the ledger tells who, which and what for', async ({ db }) => {
  const { issued, people } = await aRegister(db, 1)
  const { serial, code } = issued[0]!
  const auditor = await anAuditor(db)
  const before = await db.$count(entries)
  await expect(trails.revealHolder(db, { ...auditor, steppedUp: false }, { serial, ...why })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
  for (const other of [visitor, await aTrainee(db), await anAdministrator(db), await aCoordinator(db, (await aCentre(db)).id)]) await expect(trails.revealHolder(db, other, { serial, ...why })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(trails.revealHolder(db, auditor, { serial: 'KZ-2099-000001', ...why })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(entries)).toBe(before)

  const told = await trails.revealHolder(db, auditor, { serial, ...why })
  expect(told).toMatchObject({ serial, code })
  expect(told.name).toContain(people[0]!.familyName)
  const [entry] = await db.select().from(entries).where(eq(entries.kind, 'holder.revealed'))
  expect(JSON.parse(entry!.body)).toMatchObject({
    by: subjectOf(auditor.personId!), facts: { serial, subject: subjectOf(people[0]!.id), purpose: 'complaint', reason: createHash('sha256').update(why.reason.normalize('NFC')).digest('hex') },
  })
  expect(trails.revealHolderInput.safeParse({ serial, purpose: 'complaint', reason: '  x ' }).success).toBe(false)
  expect(trails.revealHolderInput.safeParse({ serial, purpose: 'curiosity', reason: why.reason }).success).toBe(false)
})

test('after thirty looks in an hour there are no more', async ({ db }) => {
  const { issued } = await aRegister(db, 1)
  const auditor = await anAuditor(db)
  const look = () => trails.revealHolder(db, auditor, { serial: issued[0]!.serial, ...why })
  for (let times = 0; times < 30; times++) await look()
  await expect(look()).rejects.toMatchObject({ code: 'limit.too-many' })
  expect(await db.$count(entries, eq(entries.kind, 'holder.revealed'))).toBe(30)
})

test('every look is listed, page by page and by filter, and administrators see who looked', async ({ db }) => {
  const { issued } = await aRegister(db, 3)
  const [one, two] = [await anAuditor(db), await anAuditor(db)]
  await trails.revealHolder(db, one, { serial: issued[0]!.serial, ...why })
  await trails.revealHolder(db, two, { serial: issued[1]!.serial, purpose: 'doubt', reason: 'Хат № 3' })
  await trails.revealHolder(db, two, { serial: issued[0]!.serial, purpose: 'doubt', reason: 'Хат № 4' })
  const serials = async (asked: trails.RevealsAsked, actor: Actor = one) => (await trails.reveals(db, actor, asked)).items.map((item) => item.serial)
  expect(await serials({})).toEqual([issued[0]!.serial, issued[1]!.serial, issued[0]!.serial])
  expect(await serials({ by: subjectOf(two.personId!).slice(0, 8) })).toEqual([issued[0]!.serial, issued[1]!.serial])
  expect(await serials({ subject: subjectOf(issued[0]!.personId) })).toEqual([issued[0]!.serial, issued[0]!.serial])
  expect(await serials({ purpose: 'complaint' })).toEqual([issued[0]!.serial])
  expect(await serials({ serial: issued[1]!.serial })).toEqual([issued[1]!.serial])
  expect(await serials({ field: 'iin' })).toEqual([])
  expect(await serials({ to: '2026-01-01' })).toEqual([])
  expect(await serials({ from: '2026-01-01', field: 'name' })).toHaveLength(3)
  const first = await trails.reveals(db, one, { limit: 2 })
  expect((await trails.reveals(db, one, { limit: 2, before: first.cursor! })).items).toHaveLength(1)
  expect(first.items.every((item) => item.name === null)).toBe(true)
  const admin = await anAdministrator(db)
  expect((await trails.reveals(db, admin)).items.every((item) => item.name !== null)).toBe(true)
  for (const other of [visitor, await aTrainee(db), await aCoordinator(db, (await aCentre(db)).id)]) await expect(trails.reveals(db, other)).rejects.toMatchObject({ code: 'permission.denied' })

  const file = await trails.exportReveals(db, admin, { locale: 'ru', purpose: 'doubt' })
  expect(file.rows).toBe(2)
  expect(readCsv(file.text).filter((line) => line.some((cell) => /^KZ-\d{4}-\d{6}$/.test(cell)))).toHaveLength(2)
  const [last] = await db.select().from(entries).where(eq(entries.kind, 'list.exported'))
  expect(JSON.parse(last!.body)).toMatchObject({ facts: { list: 'reveals', rows: 2, digest: file.digest } })
})
