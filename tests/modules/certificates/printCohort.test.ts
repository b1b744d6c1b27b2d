import { unzipSync } from 'fflate'
import { eq } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { entries } from '#db/schema/index.ts'
import { filesOfCohort, fileOf, issueCertificates, listCertificates, printCohort, replaceCertificate, revokeCertificate, verifyFile } from '#modules/certificates/index.ts'
import { fileName } from '#modules/certificates/fileName.ts'
import { zipStream } from '#src/zipStream.ts'
import type { Db } from '#db/client.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aTrainee } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { canCheck, faultsOf, fontsOf } from '#tests/modules/certificates/drawing.ts'
import { canLook, pixelsOf, textOf } from '#tests/modules/certificates/sample.ts'

async function issued(db: Db, people = 3) {
  const finished = await aFinishedCohort(db, { people })
  const { issued: done } = await issueCertificates(db, finished.coordinator, { cohortId: finished.cohort.id })
  return { ...finished, done, input: { cohortId: finished.cohort.id, locale: 'kk' as const } }
}
const listed = async (db: Db, actor: Parameters<typeof listCertificates>[1], cohort: string) => (await listCertificates(db, actor, { cohort })).items
const collected = async (stream: ReadableStream<Uint8Array>) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('all certificates of a group as one PDF', () => {
  test('a page for each that stands, in the order of names, each as it was issued', { skip: !canLook }, async ({ db }) => {
    const { coordinator, cohort, done, input } = await issued(db)
    const { bytes, pages } = await printCohort(db, coordinator, input)
    expect(pages).toBe(3)
    const names = (await listed(db, coordinator, cohort.id)).toSorted((one, other) => one.holderName!.localeCompare(other.holderName!, 'kk'))
    const text = textOf(bytes, 'raw')
    expect(text.split('\f').slice(0, 3).map((page) => /KZ-\d{4}-\d{6}/.exec(page)![0])).toEqual(names.map((one) => one.serial))
    const first = await fileOf(db, done.find((one) => one.serial === names[0]!.serial)!.code)
    expect(Buffer.from(pixelsOf(bytes, 72).grey).equals(pixelsOf(first.pdf, 72).grey)).toBe(true)
    if (canCheck) expect(faultsOf(bytes)).toBe('')
    for (const font of fontsOf(bytes)) expect(font).toMatchObject({ embedded: true, subset: true, unicode: true })
    // A print of many is none of the issued files.
    expect(await verifyFile(db, bytes)).toEqual({ issued: false })
  })

  test('what was revoked or replaced is not printed again, and its successor is', async ({ db }) => {
    const { coordinator, cohort, done, input } = await issued(db)
    await revokeCertificate(db, coordinator, { serial: done[0]!.serial, reason: 'Қате адамға берілген' })
    const successor = await replaceCertificate(db, coordinator, { serial: done[1]!.serial })
    const { files, count } = await filesOfCohort(db, coordinator, input)
    expect(count).toBe(2)
    const names: string[] = []
    for await (const file of files) names.push(file.name)
    expect(names.filter((name) => name.endsWith('.pdf')).map((name) => name.slice(0, 14)).toSorted()).toEqual([done[2]!.serial, successor.serial].toSorted())
    expect(cohort.id).toBe(input.cohortId)
  })

  test('a group without any is told so, and nothing is recorded', async ({ db }) => {
    const { coordinator, cohort } = await aFinishedCohort(db)
    await expect(printCohort(db, coordinator, { cohortId: cohort.id, locale: 'ru' })).rejects.toMatchObject({ code: 'certificate.none-to-print' })
    expect(await db.$count(entries, eq(entries.kind, 'list.exported'))).toBe(0)
  })
})

describe('as single files in an archive', () => {
  test('each file is the issued one to the byte, with a list of hashes that sha256sum reads and the ledger commits to', async ({ db }) => {
    const { coordinator, done, input } = await issued(db)
    const archive = unzipSync(await collected(zipStream((await filesOfCohort(db, coordinator, input)).files, new Date('2026-11-20T10:00:00Z'))))
    const pdfs = Object.keys(archive).filter((name) => name.endsWith('.pdf'))
    expect(pdfs).toHaveLength(3)
    for (const name of pdfs) {
      expect(name).toMatch(/^KZ-\d{4}-\d{6}(-[A-Z][a-z]*)+\.pdf$/)
      expect(await verifyFile(db, archive[name]!)).toMatchObject({ issued: true, serial: name.slice(0, 14) })
      expect(done.map((one) => one.serial)).toContain(name.slice(0, 14))
    }
    const sums = Buffer.from(archive['SHA256SUMS']!).toString('utf8')
    expect(sums).toBe(pdfs.map((name) => `${createHash('sha256').update(archive[name]!).digest('hex')}  ${name}\n`).join(''))
    const [entry] = await db.select({ body: entries.body }).from(entries).where(eq(entries.kind, 'list.exported'))
    expect(JSON.parse(entry!.body).facts).toEqual({ list: `certificate-files:${input.cohortId}`, rows: 3, digest: createHash('sha256').update(sums).digest('hex') })
  })

  test('is written while it is read: however many files, only one or two are waiting', async () => {
    let [made, taken, most] = [0, 0, 0]
    async function* files() {
      for (let index = 0; index < 400; index++) {
        made++
        most = Math.max(most, made - taken)
        yield { name: `${index}.pdf`, bytes: Buffer.alloc(50_000, index) }
      }
    }
    const reader = zipStream(files(), new Date('2026-11-20T10:00:00Z')).getReader()
    let size = 0
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      size += chunk.value.length
      taken = Math.floor(size / 50_000)
    }
    expect(made).toBe(400)
    expect(size).toBeGreaterThan(400 * 50_000)
    expect(most).toBeLessThanOrEqual(3)
  })

  test('a reader who leaves stops the reading', async () => {
    let [made, ended] = [0, false]
    async function* files() {
      try {
        for (;;) yield { name: `${made++}.pdf`, bytes: Buffer.alloc(1000) }
      } finally {
        ended = true
      }
    }
    const reader = zipStream(files(), new Date('2026-11-20T10:00:00Z')).getReader()
    await reader.read()
    await reader.cancel()
    expect(ended).toBe(true)
    expect(made).toBeLessThan(5)
  })
})

test('only a coordinator of its centre and an administrator print; to other coordinators the group is not there', async ({ db }) => {
  const { coordinator, trainer, input } = await issued(db, 1)
  const elsewhere = await aCoordinator(db, (await aCentre(db)).id)
  for (const verb of [printCohort, filesOfCohort]) {
    await expect(verb(db, elsewhere, input)).rejects.toMatchObject({ code: 'object.not-found' })
    for (const other of [trainer, await aTrainee(db), await anAuditor(db)]) await expect(verb(db, other, input)).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(verb(db, coordinator, { ...input, cohortId: '00000000-0000-4000-8000-000000000000' })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(verb(db, await anAdministrator(db), input)).resolves.toBeTruthy()
  }
})

test.for([
  ['Құдайбергенова-Жұмағалиева Мұхаббатхан', 'KZ-2026-000001-Kudaybergenova-Zhumagalieva-Mukhabbatkhan.pdf'],
  ['Щёголева Юлия Яновна', 'KZ-2026-000001-Shchyogoleva-Yuliya-Yanovna.pdf'],
  ['María-José Øster Łuczak', 'KZ-2026-000001-Maria-Jose-Oster-Luczak.pdf'],
  ['Oʻgʻiloy ../../etc/passwd', 'KZ-2026-000001-O-G-Iloy-Etc-Passwd.pdf'],
  ['900101300123', 'KZ-2026-000001.pdf'],
  ['Ұ'.repeat(300), `KZ-2026-000001-U${'u'.repeat(84)}.pdf`],
])('the file of %s', ([name, file]) => {
  expect(fileName({ serial: 'KZ-2026-000001', holderName: name! })).toBe(file)
})
