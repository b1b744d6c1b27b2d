import { eq, sql } from 'drizzle-orm'
import { certificateFiles, certificates, entries, jobs, persons, publicKeys, statements } from '#db/schema/index.ts'
import { certificateJobs, eraseHolder, fileOf, groupCode, issueCertificates, listCertificates, ownCertificates, replaceCertificate, revokeCertificate, verifyCode, verifyFile } from '#modules/certificates/index.ts'
import { signWith } from '#modules/keys/index.ts'
import { keepPublicKeys, readNote, rootOfPath, verifyLedger } from '#modules/ledger/index.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { erasePerson } from '#modules/people/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, anAdministrator, anAuditor, aTrainee } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import type { Db } from '#db/client.ts'

async function issued(db: Db, values?: Parameters<typeof aFinishedCohort>[1]) {
  const finished = await aFinishedCohort(db, values)
  const outcome = await issueCertificates(db, finished.coordinator, { cohortId: finished.cohort.id })
  return { ...finished, certificates: outcome.issued, code: outcome.issued[0]!.code, serial: outcome.issued[0]!.serial }
}

test('whoever has the code sees what is printed and nothing else about the person', async ({ db }) => {
  const { code, serial, people } = await issued(db)
  await db.update(persons).set({ email: 'canary@example.kz', phone: '+77010000000' }).where(eq(persons.id, people[0]!.id))
  const view = await verifyCode(db, ` ${groupCode(code).toLowerCase()} `)
  const { familyName, givenName, patronymic } = people[0]!
  expect(view).toMatchObject({
    status: 'valid', serial, code, holderName: [familyName, givenName, patronymic].filter(Boolean).join(' '), course: 'imci', titles: { en: 'IMCI' }, guideline: 'who-imci-2014', guidelineTitles: { en: 'WHO IMCI 2014' }, hours: 40,
    centre: { names: { kk: 'Қызылорда ресурстық орталығы' }, director: 'Оспанова Гүлнәр' }, startsOn: '2026-11-02', endsOn: '2026-11-02', expiresOn: null, revoked: null, successor: null, erased: false, signature: { state: 'holds' },
  })
  const whole = JSON.stringify(view)
  for (const secret of [people[0]!.id, 'canary@example.kz', '+77010000000', 'score', 'cases', 'iin']) expect(whole).not.toContain(secret)
})

test('every fact that was signed and printed can be compared: the view leaves none out', async ({ db }) => {
  const { code } = await issued(db, { edition: { validityMonths: 60 } })
  const { signature, ledger: _ledger, ...view } = (await verifyCode(db, code))!
  // What is signed and not printed: keys and ids for machines.
  const { v: _v, type: _t, salt: _s, kid: _k, certificate: _c, language: _l, course: { content: _h, academicHourMinutes: _m, ...course }, ...rest } = JSON.parse(signature.statement!)
  const leaves = (value: unknown): unknown[] => (value !== null && typeof value === 'object' ? Object.values(value).flatMap(leaves) : value === null ? [] : [value])
  const shown = leaves(view)
  const printed = leaves({ ...rest, course })
  expect(printed.length).toBeGreaterThan(30)
  expect(printed.filter((fact) => !shown.includes(fact))).toEqual([])
})

test('an unknown or mistyped code finds nothing, and a serial alone finds nothing', async ({ db }) => {
  const { code, serial } = await issued(db)
  for (const typed of [serial, code.slice(0, -1), `${code.slice(0, -1)}${code.endsWith('Z') ? '0' : 'Z'}`, '', '0'.repeat(27)]) expect(await verifyCode(db, typed)).toBeNull()
})

test('the ledger’s proof leads from the certificate’s entry to the signed head', async ({ db }) => {
  const { code } = await issued(db, { people: 3 })
  const { ledger, signature } = (await verifyCode(db, code))!
  expect(JSON.parse(ledger.entry.body).facts).toMatchObject({ statement: signature.statementHash })
  const root = rootOfPath(Buffer.from(ledger.entry.hash, 'hex'), ledger.proof!.position, ledger.proof!.size, ledger.proof!.path.map((hash) => Buffer.from(hash, 'hex')))
  expect(root!.toString('hex')).toBe(ledger.checkpoint!.root)
  expect(readNote(ledger.checkpoint!.note)).toMatchObject({ size: ledger.proof!.size, root })
  expect(ledger.proof!.position).toBe(ledger.entry.seq - 1)
})

test('a certificate expires after its last day, by the clock of its centre', async ({ db }) => {
  const { code } = await issued(db, { edition: { validityMonths: 1 }, centre: { timeZone: 'Asia/Qyzylorda' } })
  const { expiresOn } = (await verifyCode(db, code))!
  expect((await verifyCode(db, code, new Date(`${expiresOn}T18:59:00Z`)))!.status).toBe('valid')
  expect((await verifyCode(db, code, new Date(`${expiresOn}T19:01:00Z`)))!.status).toBe('expired')
})

/** Past every trigger, as somebody who owns the database could. */
async function tamper(db: Db, ...changes: ReturnType<typeof sql>[]) {
  await db.execute(sql`set local session_replication_role = replica`)
  for (const change of changes) await db.execute(change)
  await db.execute(sql`set local session_replication_role = origin`)
}

const hours = sql`update statements set body = replace(body, '"hours":40', '"hours":60')`
const hash = sql`update certificates set statement_hash = encode(sha256(convert_to(body, 'UTF8')), 'hex') from statements where certificate_id = id`

test.for<[string, ReturnType<typeof sql>[]]>([
  ['another name in the statement', [sql`update statements set body = replace(body, '"name":"', '"name":"Ә')`]],
  ['more hours in the statement', [hours]],
  ['a statement changed together with its hash', [hours, hash]],
  ['another signature', [sql`update certificates set signature = sha256('x') || sha256('y')`]],
  ['another key’s id', [sql`update certificates set kid = '0000000000000000'`]],
  ['another serial', [sql`update certificates set serial = replace(serial, '-0000', '-7777')`]],
  ['another ledger entry', [sql`update certificates set entry_seq = entry_seq + 1`]],
  ['a statement, its hash and its ledger entry changed together', [hours, hash, sql`update entries set body = regexp_replace(body, '"statement":"[0-9a-f]{64}"', '"statement":"' || statement_hash || '"') from certificates where entry_seq = seq`]],
])('%s is noticed, and nothing is called valid', async ([, changes], { db }) => {
  const { code } = await issued(db)
  // A second certificate with an entry after it, so that there is another entry to point at.
  await issued(db)
  expect(await verifyCode(db, code)).toMatchObject({ status: 'valid', signature: { state: 'holds' } })
  await tamper(db, ...changes)
  const view = (await verifyCode(db, code))!
  expect(view).toMatchObject({ status: 'unconfirmed', holderName: null, signature: { state: 'fails' } })
})

test('only a key that signed at its time counts: retired before, compromised since, or of another purpose, it confirms nothing', async ({ db }) => {
  const { code } = await issued(db)
  await keepPublicKeys(db)
  const dated = (values: Partial<typeof publicKeys.$inferInsert>) => db.update(publicKeys).set({ notAfter: null, compromisedSince: null, ...values }).where(eq(publicKeys.kid, signWith('certificate', Buffer.from('')).kid))
  const [hourAgo, hourAhead] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)]
  const status = async () => (await verifyCode(db, code))!.status
  expect(await status()).toBe('valid')
  await dated({ notAfter: hourAhead })
  expect(await status()).toBe('valid')
  await dated({ notAfter: hourAgo })
  expect(await status()).toBe('unconfirmed')
  await dated({ compromisedSince: hourAgo })
  expect(await status()).toBe('unconfirmed')
  await dated({ compromisedSince: hourAhead })
  expect(await status()).toBe('valid')
})

test('the PDF is drawn after the issue, once, and the ledger knows its hash', async ({ db }) => {
  const { code, serial } = await issued(db)
  expect(await db.$count(certificateFiles)).toBe(0)
  expect(await runDueJobs(db, certificateJobs)).toBe(1)
  const [first, second] = [await fileOf(db, code), await fileOf(db, groupCode(code))]
  expect(second).toEqual(first)
  expect(first.pdf.subarray(0, 5).toString()).toBe('%PDF-')
  const told = await db.select().from(entries).where(eq(entries.kind, 'certificate.drawn'))
  expect(told).toHaveLength(1)
  expect(JSON.parse(told[0]!.body)).toMatchObject({ by: 'system:jobs', facts: { serial, pdf: first.sha256 } })
  expect((await verifyCode(db, code))!.pdf).toBe(first.sha256)
  for (const attack of [sql`update certificate_files set pdf = 'x'`, sql`delete from certificate_files`]) await expect(db.transaction((tx) => tx.execute(attack))).rejects.toMatchObject({ cause: { code: '23001' } })
})

test('a reader who comes before the background work gets the same file', async ({ db }) => {
  const { code } = await issued(db)
  const early = await fileOf(db, code)
  await runDueJobs(db, certificateJobs)
  expect((await fileOf(db, code)).sha256).toBe(early.sha256)
  expect(await db.$count(entries, eq(entries.kind, 'certificate.drawn'))).toBe(1)
  await expect(fileOf(db, '0'.repeat(27))).rejects.toMatchObject({ code: 'certificate.unknown' })
})

test('a file is known by its bytes: 500 flips of one byte are all refused', async ({ db }) => {
  const { code, serial } = await issued(db)
  const { pdf } = await fileOf(db, code)
  expect(await verifyFile(db, pdf)).toEqual({ issued: true, serial, code })
  for (let round = 0; round < 500; round++) {
    const changed = Buffer.from(pdf)
    const at = Math.floor((round / 500) * pdf.length)
    changed[at]! ^= 1 + Math.floor(Math.random() * 255)
    expect(await verifyFile(db, changed)).toEqual({ issued: false })
  }
  for (const other of [Buffer.alloc(0), pdf.subarray(1), Buffer.concat([pdf, Buffer.from('\n')])]) expect(await verifyFile(db, other)).toEqual({ issued: false })
})

test('the file of a revoked certificate is still the file that was issued, and the code says that it was revoked', async ({ db }) => {
  const { code, serial, coordinator } = await issued(db)
  const { pdf } = await fileOf(db, code)
  await revokeCertificate(db, coordinator, { serial, reason: 'Қате адамға берілген' })
  const { code: found } = (await verifyFile(db, pdf)) as { code: string }
  expect((await verifyCode(db, found))!.status).toBe('revoked')
})

test('after an erasure the name and the PDF are gone, and the certificate still says that it was issued', async ({ db }) => {
  const { code, serial, people, coordinator } = await issued(db)
  const { pdf } = await fileOf(db, code)
  const replaced = await replaceCertificate(db, coordinator, { serial })
  await erasePerson(db, await anAdministrator(db), { personId: people[0]!.id }, eraseHolder)

  expect(await db.$count(statements)).toBe(0)
  expect(await db.$count(certificateFiles)).toBe(0)
  expect(await db.$count(certificates)).toBe(2)
  const view = (await verifyCode(db, replaced.code))!
  expect(view).toMatchObject({ status: 'valid', erased: true, holderName: null, holder: null, titles: { en: 'IMCI' }, signature: { state: 'erased', statement: null }, pdf: null })
  expect(JSON.stringify(view)).not.toContain(people[0]!.familyName)
  expect(await verifyFile(db, pdf)).toEqual({ issued: false })
  await expect(fileOf(db, code)).rejects.toMatchObject({ code: 'certificate.erased' })
  await expect(replaceCertificate(db, coordinator, { serial: replaced.serial })).rejects.toMatchObject({ code: 'certificate.erased' })
  // Drawing that was still waiting finds nothing to draw and is done.
  await runDueJobs(db, certificateJobs)
  expect(await db.$count(jobs, sql`done_at is null and run_at <= now()`)).toBe(0)
  expect(await verifyLedger(db)).toMatchObject({ ok: true })
})

test('a name can’t be erased while its person is not', async ({ db }) => {
  const { people } = await issued(db)
  await expect(db.transaction((tx) => eraseHolder(tx as unknown as Db, people[0]!.id))).rejects.toMatchObject({ cause: { code: '23001' } })
  expect(await db.$count(statements)).toBe(1)
})

test('everyone lists what is theirs to see, newest first, page by page', async ({ db }) => {
  const here = await issued(db, { people: 5 })
  const there = await issued(db, { people: 1 })
  const holder = await actorFor(db, here.people[0]!.id, { role: 'trainee' })
  const serials = async (actor: Parameters<typeof listCertificates>[1], input = {}) => (await listCertificates(db, actor, input)).items.map((one) => one.serial)
  const own = here.certificates.find((one) => one.personId === here.people[0]!.id)!.serial
  expect(await serials(holder)).toEqual([own])
  expect((await ownCertificates(db, holder)).map((one) => one.serial)).toEqual([own])
  expect((await serials(here.coordinator)).sort()).toEqual(here.certificates.map((one) => one.serial).sort())
  expect(await ownCertificates(db, here.coordinator)).toEqual([])
  expect(await serials(await aCoordinator(db, (await aCentre(db)).id))).toEqual([])
  expect(await serials(await aTrainee(db))).toEqual([])
  const auditor = await anAuditor(db)
  expect(await serials(auditor)).toHaveLength(6)
  expect(await serials(auditor, { centre: there.cohort.centreId })).toEqual([there.serial])

  const seen: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await listCertificates(db, auditor, { limit: 4, ...(cursor ? { cursor } : {}) })
    seen.push(...page.items.map((one) => one.serial))
    cursor = page.cursor
  }
  expect(seen).toEqual(await serials(auditor))
  await revokeCertificate(db, here.coordinator, { serial: own, reason: 'Қате адамға берілген' })
  expect(await serials(auditor, { state: 'ended' })).toEqual([own])
  expect(await serials(auditor, { state: 'live' })).toHaveLength(5)
})
