import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { PDFDocument } from 'pdf-lib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { composeReport } from '#modules/reports/composeReport.ts'
import { drawReport } from '#modules/reports/drawReport.ts'
import { readReport, writeReport } from '#modules/reports/shape.ts'
import { aGround } from '#tests/modules/adoptions/ground.ts'

const has = (tool: string) => {
  try {
    execFileSync('which', [tool], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function signed(people: number) {
  const ground = aGround(people)
  const { body, sha256 } = writeReport(composeReport(ground), { number: 'AR-2026-00007', code: '0123456789ABCDEFGHJKMNPQRST', issuedOn: '2026-11-23', signatory: 'Ермекова Салтанат Қуанышқызы' })
  return { report: readReport(body), body, sha256, holders: new Map(ground.staff.map(({ certificate }, at) => [certificate.certificateId, at === 1 ? null : certificate.holderName])) }
}

describe('the printed report', () => {
  const one = signed(3)
  const bytes = drawReport(one, 'https://besik.example')
  let folder: string
  let file: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'besik-report-'))
    writeFileSync((file = join(folder, 'report.pdf')), bytes)
    if (process.env['KEEP_REPORT']) writeFileSync(process.env['KEEP_REPORT'], drawReport(signed(60), 'https://besik.example'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is the same bytes every time, and others when a name has gone', () => {
    expect(Buffer.from(drawReport(one, 'https://besik.example')).equals(Buffer.from(bytes))).toBe(true)
    const erased = new Map([...one.holders].map(([id]) => [id, null]))
    expect(Buffer.from(drawReport({ ...one, holders: erased }, 'https://besik.example')).equals(Buffer.from(bytes))).toBe(false)
  })

  test('carries its exact text, whose hash is the one that it prints', async () => {
    const [attached] = (await PDFDocument.load(bytes, { updateMetadata: false })).getAttachments()
    expect(attached!.name).toBe('report.json')
    expect(createHash('sha256').update(attached!.data).digest('hex')).toBe(one.sha256)
  })

  test.skipIf(!has('pdftotext'))('says everything in the three languages, with every Kazakh letter', () => {
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replaceAll(/\s+/g, ' ')
    for (const said of [
      'Енгізу туралы есеп', 'Отчёт о внедрении', 'Adoption report', 'AR-2026-00007', 'Қызылорда медициналық жоғары колледжі', 'Kyzylorda Higher Medical College', 'Мейіргер ісі', 'Оспанова Қымбат',
      'KZ-2026-000001', '118-б', '2025/26', '2026/27', '48', '72', 'аты-жөні жойылған', 'name erased', '0123-4567-89AB-CDEF-GHJK-MNPQ-RST', one.sha256, 'Ермекова Салтанат Қуанышқызы', 'бұйрық 118-б ·.pdf',
    ]) expect(text).toContain(said)
    // The corrected order stands, and the one that it corrects does not; notes are the college's own.
    expect(text).not.toMatch(/№ 118 |118 бұйрық|ішкі белгі/)
  })

  test.skipIf(!has('qpdf'))('is a sound file, and its letters are embedded', () => {
    expect(execFileSync('qpdf', ['--check', file], { encoding: 'utf8' })).toContain('No syntax or stream encoding errors')
    if (has('pdffonts')) expect(execFileSync('pdffonts', [file], { encoding: 'utf8' }).split('\n').slice(2).filter(Boolean).every((line) => /yes yes yes/.test(line))).toBe(true)
  })

  test('with two hundred teachers takes less than a second of a processor', async () => {
    const large = signed(200)
    const started = process.threadCpuUsage()
    const drawn = drawReport(large, 'https://besik.example')
    const { user, system } = process.threadCpuUsage(started)
    expect((await PDFDocument.load(drawn, { updateMetadata: false })).getPageCount()).toBeGreaterThan(12)
    expect((user + system) / 1000).toBeLessThan(1000)
  })

  test.skipIf(!has('pdftotext'))('repeats the heading of a table on each page that it runs over', () => {
    writeFileSync(join(folder, 'large.pdf'), drawReport(signed(200), 'https://besik.example'))
    const pages = execFileSync('pdftotext', ['-layout', join(folder, 'large.pdf'), '-'], { encoding: 'utf8' }).split('\f')
    expect(pages.filter((page) => /KZ-2026-/.test(page)).length).toBeGreaterThan(9)
    for (const page of pages.filter((one) => /KZ-2026-0/.test(one))) expect(page).toMatch(/Тегі, аты|Фамилия, имя|Name +Post/)
  })
})
