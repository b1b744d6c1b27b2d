import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import Papa from 'papaparse'
import { openDatabase } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Key, type Locale, locales, month } from '#modules/words/index.ts'
import { asIntruder } from '#tests/modules/ledger/ledgers.ts'
import { copyDemonstration, startServer } from '#tests/server.ts'
import { faults, overflow } from './axe.ts'
import { able, describe, expect, needs, password, type Reader, test } from './browser.ts'
import { chartsBesideTables, tablesIn } from './charts.ts'

// The ministry's way from a number on the first page to the evidence behind one certificate, to the month that it signs, and to what the
// ledger tells of all that, as an auditor goes it. Nothing is looked at that is not on the page.

const barred = async (reader: Reader) => expect(await faults(reader)).toEqual([])

/** Opens the first link of the main part whose address fits. */
const into = async (reader: Reader, address: RegExp) => {
  const links = await reader.page.getByRole('main').getByRole('link').all()
  for (const link of links) if (address.test((await link.getAttribute('href')) ?? '') && (await link.isVisible())) return reader.follow(link)
  throw new Error(`${reader.page.url()} leads nowhere like ${address}`)
}

/** What a form of the page sends as a file: its name and bytes. */
async function taken(reader: Reader, words: Key): Promise<{ name: string; bytes: Buffer }> {
  const button = reader.button(words).or(reader.link(words)).first()
  const [download] = await Promise.all([reader.page.waitForEvent('download'), button.click()])
  const parts: Buffer[] = []
  for await (const part of await download.createReadStream()) parts.push(part as Buffer)
  return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) }
}

describe.skipIf(!able)(`the ministry${needs}`, () => {
  test.for(locales)('from the first page to a certificate’s evidence, in %s', async (locale, { server, arrive }) => {
    const auditor = await arrive(server, { locale, width: locale === 'ru' ? 360 : 1280 })
    await auditor.signIn('ministry@demo.kz')

    // The first page: each drawing says what the table below it says, and so do both files.
    await auditor.open('/ministry')
    await auditor.sees('ministry.demonstration')
    for (const block of ['overview.block.coverage', 'overview.block.trend', 'overview.map', 'overview.block.professions', 'overview.block.gains', 'overview.block.funnel'] as const) await auditor.heading(block).first().waitFor()
    await auditor.sees('overview.invented')
    expect(await chartsBesideTables(auditor)).toEqual({ without: [], untrue: [], drawings: expect.any(Number) })
    expect(await overflow(auditor)).toBe(0)
    const shown = await tablesIn(auditor)
    const csv = await taken(auditor, 'overview.csv')
    const lines = new Set(Papa.parse<string[]>(csv.bytes.toString().slice(1), { delimiter: ';' }).data.map((line) => line.map((cell) => cell.trim()).join('|')))
    expect(shown.length).toBeGreaterThan(20)
    expect(shown.map((row) => row.map((cell) => plainly(cell, locale)).join('|')).filter((row) => !lines.has(row))).toEqual([])
    const book = await taken(auditor, 'overview.xlsx')
    expect([book.name.endsWith('.xlsx'), book.bytes.subarray(0, 2).toString()]).toEqual([true, 'PK'])

    // Three dimensions at once, kept in the address and under a name.
    await auditor.open('/ministry/counts?by=region&by=course&by=profession')
    const total = await auditor.page.locator('tfoot .numeric').first().innerText()
    const cut = auditor.page.getByRole('form', { name: auditor.t('ministry.cut') })
    await cut.locator('summary').filter({ hasText: auditor.t('ministry.filters') }).click()
    await cut.getByLabel(auditor.t('counts.dimension.language'), { exact: true }).selectOption('kk')
    await auditor.follow(cut.getByRole('button', { name: auditor.t('ministry.show'), exact: true }))
    expect(new URL(auditor.page.url()).searchParams.getAll('by')).toEqual(['region', 'course', 'profession'])
    expect(new URL(auditor.page.url()).searchParams.get('language')).toBe('kk')
    const counted = await auditor.page.locator('table').last().innerText()
    await auditor.page.reload()
    expect(await auditor.page.locator('table').last().innerText()).toBe(counted)
    const view = `Қазақша ${locale}`
    await views(auditor).click()
    await auditor.page.getByRole('form', { name: auditor.t('view.save'), exact: true }).getByLabel(auditor.t('view.name'), { exact: true }).fill(view)
    await auditor.press('view.save')
    await auditor.open('/ministry')
    await views(auditor).click()
    await auditor.go({ text: view })
    expect(await auditor.page.locator('table').last().innerText()).toBe(counted)
    expect(Number(total.replace(/\D/g, ''))).toBeGreaterThan(0)

    // A number explains itself.
    await auditor.open('/ministry/explain/certificates?since=2026-01-01')
    for (const part of ['explain.value', 'explain.difference', 'explain.rows', 'explain.query'] as const) await auditor.heading(part).waitFor()
    await auditor.sees('counts.definition.certificates')
    await auditor.sees({ text: 'from standing c' })
    await auditor.sees('explain.reason.issued')
    expect(await auditor.shows('explain.unexplained')).toBe(false)
    await barred(auditor)

    // From the country down to one certificate.
    await auditor.open('/ministry/places')
    for (const step of [/\/ministry\/regions\/KZ-/, /\/ministry\/centres\//, /\/ministry\/cohorts\//, /\/ministry\/certificates\/KZ-/]) await into(auditor, step)
    const serial = /KZ-\d{4}-\d{6}/.exec(auditor.path)![0]
    await auditor.sees('ministry.holder-masked')
    await auditor.heading('ministry.certificate.ledger').waitFor()
    const main = auditor.page.getByRole('main')
    await main.locator('summary').filter({ hasText: auditor.t('ministry.certificate.reveal.open') }).click()
    await auditor.field('ministry.reveals.purpose').selectOption('complaint')
    await auditor.field('ministry.certificate.reason').fill('Өтініш № 17')
    await auditor.press('ministry.certificate.reveal')
    if (await auditor.shows('step-up.title')) {
      await auditor.field('step-up.password').fill(password)
      await auditor.press('step-up.confirm')
    }
    await auditor.sees('ministry.certificate.once')
    await barred(auditor)
    await auditor.open('/ministry/reveals')
    await auditor.sees('reveal.purpose.complaint')
    await auditor.link({ text: serial }).first().waitFor()

    // Everything agrees, now and as of a past day.
    await auditor.open('/ministry/reconcile')
    await auditor.press('ministry.reconcile.go')
    await auditor.sees('ministry.reconcile.right')
    await auditor.field('ministry.reconcile.as-of.day').fill('2026-09-30')
    await auditor.press('ministry.reconcile.as-of.go')
    await barred(auditor)

    // A month is signed once, each language its own, and is found again.
    await auditor.open('/ministry/statements')
    const choice = auditor.field('ministry.statements.month')
    const signed = (await choice.locator('option').first().getAttribute('value'))!
    await choice.selectOption(signed)
    await auditor.press('ministry.statements.sign')
    await auditor.sees('ministry.statement.confirmed')
    await auditor.sees({ text: month(locale, signed) })
    await auditor.press('ministry.statement.compare')
    await auditor.heading('ministry.statement.compared').waitFor()
    // Counted again from what had been told by then, it says the same; what was told since stands beside it.
    expect(await auditor.page.getByRole('table', { name: auditor.t('ministry.statement.compared') }).locator('td:nth-child(3) strong').count()).toBe(0)
    await barred(auditor)
    expect((await taken(auditor, 'ministry.statement.pdf')).bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const { body, algorithm } = JSON.parse((await taken(auditor, 'ministry.statement.json')).bytes.toString()) as { body: string; algorithm: string }
    expect([algorithm, JSON.parse(body)]).toEqual(['Ed25519', expect.objectContaining({ month: signed })])

    // What was done on the way is told, in the reader's words.
    await auditor.open('/ministry/trail?by=me')
    for (const kind of ['statement.signed', 'list.exported'] as const) await auditor.sees({ text: partOf(auditor, `trail.${kind}`) })
    await auditor.open(`/ministry/trail?serial=${serial}`)
    await auditor.sees({ text: serial })
    await auditor.sees({ text: partOf(auditor, 'trail.certificate.issued') })

    // What became of those who were trained, in four levels, and the words of every number.
    await auditor.open('/ministry/quality/imci')
    for (const level of ['quality.reaction', 'quality.learning', 'quality.behaviour', 'quality.results', 'quality.outliers'] as const) await auditor.heading(level).waitFor()
    expect(await overflow(auditor)).toBe(0)
    await auditor.open('/ministry/definitions')
    for (const figure of ['certificates', 'people', 'valid', 'expiring', 'revoked', 'seats', 'visits'] as const) await auditor.sees(`counts.definition.${figure}`)

    // The view is theirs to take away again.
    await auditor.open('/ministry/counts')
    await views(auditor).click()
    await auditor.page.getByRole('listitem').filter({ hasText: view }).locator('summary').click()
    await auditor.press('view.delete')
    expect(await auditor.shows({ text: view })).toBe(false)
  })

  test('a certificate that was changed behind the ledger’s back is named on the page', async ({ arrive }) => {
    const folder = mkdtempSync(join(tmpdir(), 'besik-ministry-'))
    try {
      copyDemonstration(folder)
      const database = await openDatabase({ databaseUrl: undefined, dataDir: folder })
      const serial = await database.db.transaction(async (tx) => {
        await asIntruder(tx)
        const [one] = await rows<{ serial: string }>(tx, sql`update certificates set sex = case when sex = 'male' then 'female' else 'male' end where serial = (select min(serial) from certificates where certifies) returning serial`)
        return one!.serial
      })
      await database.close()

      await using server = await startServer({ DATA_DIR: folder })
      const auditor = await arrive(server, { locale: 'kk', width: 360 })
      await (await auditor.carrySession('ministry@demo.kz')).open('/ministry/reconcile')
      await auditor.press('ministry.reconcile.go')
      await auditor.page.getByRole('table', { name: auditor.t('ministry.reconcile.differences') }).getByRole('link', { name: serial }).first().waitFor()
      await auditor.sees('ministry.reconcile.do')
      expect(await auditor.shows('ministry.reconcile.right')).toBe(false)
      await barred(auditor)
      await server.stop()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

/** A cell as a file writes it: numbers without what divides thousands, and with a point. */
const plainly = (cell: string, locale: Locale) => {
  if (!/^[\d\s\u00a0\u202f.,−-]+$/.test(cell)) return cell.trim()
  const digits = cell.replace(/[\s\u00a0\u202f]/g, '')
  return locale === 'en' ? digits.replace(/,/g, '') : digits.replace(',', '.')
}

/** The longest part of a sentence that holds no fact. */
const partOf = (reader: Reader, key: Key) =>
  reader.t(key, { list: '§', rows: 0, month: '§', size: '§', digest: '§', serial: '§', cohort: '§', subject: '§' }).split(/[§\d]/).toSorted((one, other) => other.length - one.length)[0]!.trim()

/** The fold with the reader's saved views, however many there are. */
const views = (reader: Reader) => reader.page.locator('summary').filter({ hasText: reader.t('view.title', { n: 0 }).split(':')[0]! }).first()
