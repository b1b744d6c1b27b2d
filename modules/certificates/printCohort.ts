import { and, asc, eq, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { createHash } from 'node:crypto'
import { setImmediate as otherWork } from 'node:timers/promises'
import { PDFDocument, PDFName } from 'pdf-lib'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificates, certificateFiles, cohorts, revocations, statements } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, system } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { type Locale, locales, t } from '#modules/words/index.ts'
import { fileName } from './fileName.ts'
import { keepFile } from './keepFile.ts'
import { permitPrint } from './policy.ts'

export const printCohortInput = z.object({ cohortId: z.uuid(), locale: z.enum(locales) })
type Input = z.infer<typeof printCohortInput>

type Sheet = { certificateId: string; serial: string; name: string; sha256: string }
/** The sheets of a cohort, and a list of their names and hashes in the form of sha256sum. */
type Sheets = { sheets: Sheet[]; sums: string }

const later = alias(certificates, 'later')

/**
 * Every certificate of a cohort that stands, in the order of names, each with its issued file: what was revoked, replaced or
 * erased is not handed out again. Files that were not drawn yet are drawn now. Recorded as `list.exported` with the SHA-256 of
 * the list of hashes. For coordinators of the centre and administrators; throws `certificate.none-to-print`.
 */
async function sheetsOf(db: Db, actor: Actor, { cohortId }: Input): Promise<Sheets> {
  const [cohort] = await db.select({ centreId: cohorts.centreId }).from(cohorts).where(eq(cohorts.id, cohortId))
  permitPrint(actor, found(cohort))

  const rows = await db.select({ certificateId: certificates.id, serial: certificates.serial, holderName: statements.holderName }).from(certificates)
    .innerJoin(statements, eq(statements.certificateId, certificates.id))
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(later, eq(later.predecessorId, certificates.id))
    .where(and(eq(certificates.cohortId, cohortId), isNull(revocations.certificateId), isNull(later.id))).orderBy(asc(certificates.serial))
  const ordered = rows.toSorted((one, other) => byName.compare(one.holderName, other.holderName))

  const sheets: Sheet[] = []
  for (const { certificateId, ...named } of ordered) {
    const file = await keepFile(db, system('certificates'), { certificateId })
    if (file) sheets.push({ certificateId, serial: named.serial, name: fileName(named), sha256: file.sha256 })
    await otherWork()
  }
  if (sheets.length === 0) throw new Refusal('certificate.none-to-print')
  const sums = sheets.map(({ sha256, name }) => `${sha256}  ${name}\n`).join('')
  await transact(db, (tx) => record(tx, actor, 'list.exported', { list: `certificate-files:${cohortId}`, rows: sheets.length, digest: createHash('sha256').update(sums).digest('hex') }))
  return { sheets, sums }
}

const byName = new Intl.Collator('kk')

/** One PDF of all sheets, to print in one go: the pages of the issued files as they are, without what is attached to each. */
export async function printCohort(db: Db, actor: Actor, input: Input): Promise<{ name: string; bytes: Uint8Array; pages: number }> {
  const { sheets } = await sheetsOf(db, actor, input)
  const book = await PDFDocument.create({ updateMetadata: false })
  for (const sheet of sheets) {
    const issued = await PDFDocument.load(await bytesOf(db, sheet), { updateMetadata: false })
    // What belongs to the single file stays with it: its signature and its order of reading.
    for (const { node } of issued.getPages()) for (const key of ['Annots', 'StructParents']) node.delete(PDFName.of(key))
    for (const page of await book.copyPages(issued, issued.getPageIndices())) book.addPage(page)
    await otherWork()
  }
  book.setTitle(titleOf(input.locale), { showInWindowTitleBar: true })
  book.setLanguage(input.locale)
  book.setProducer('Besik')
  return { name: 'besik-certificates.pdf', bytes: await book.save({ addDefaultPage: false, updateFieldAppearances: false }), pages: book.getPageCount() }
}

const titleOf = (locale: Locale) => t(locale, 'certificates.print.title')

/** The issued file, as it was kept. Read one at a time, so that a large cohort needs no more memory than a small one. */
async function bytesOf(db: Db, { certificateId, serial, sha256 }: Sheet): Promise<Buffer> {
  const [file] = await db.select({ pdf: certificateFiles.pdf, sha256: certificateFiles.sha256 }).from(certificateFiles).where(eq(certificateFiles.certificateId, certificateId))
  if (file?.sha256 !== sha256) throw new Error(`the file of ${serial} is not the one that was listed`)
  return file.pdf
}

/** The sheets as single files, one after another, and the list of their hashes. */
export async function filesOfCohort(db: Db, actor: Actor, input: Input): Promise<{ files: AsyncGenerator<{ name: string; bytes: Uint8Array }>; count: number }> {
  const { sheets, sums } = await sheetsOf(db, actor, input)
  async function* files() {
    for (const sheet of sheets) yield { name: sheet.name, bytes: await bytesOf(db, sheet) }
    yield { name: 'SHA256SUMS', bytes: Buffer.from(sums, 'utf8') }
  }
  return { files: files(), count: sheets.length }
}
