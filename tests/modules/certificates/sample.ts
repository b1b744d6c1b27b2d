import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newCode } from '#modules/certificates/code.ts'
import { type Signed, type Statement, signStatement } from '#modules/certificates/statement.ts'
import { keyInUse } from '#modules/keys/index.ts'

type Facts = Parameters<typeof signStatement>[0]

/** A signed statement of a usual certificate, with what the test changes. */
export function aStatement(change: Partial<Facts> = {}): Signed {
  return signStatement({
    certificate: randomUUID(), serial: 'KZ-2027-000412', code: newCode(), kind: 'non-formal',
    document: {
      titles: { kk: 'Сертификат', ru: 'Сертификат', en: 'Certificate' },
      confirms: {
        kk: 'формальды емес білім беру бағдарламасы бойынша оқудан өткенін растайды', ru: 'подтверждает прохождение программы неформального образования',
        en: 'confirms training in a non-formal education programme',
      },
      legalBasis: null, template: 'certificate',
    },
    credits: '1.33', accreditation: null, renews: null,
    holder: {
      name: 'Рақымбаева Нұргүл Ерланқызы',
      profession: { kk: 'патронаждық мейіргер', ru: 'патронажная медсестра', en: 'patronage nurse' },
      facility: { kk: 'Қызылорда қалалық №3 емханасы', ru: 'Городская поликлиника №3 г. Кызылорда', en: 'Kyzylorda City Polyclinic No. 3' },
    },
    course: {
      course: 'imci', edition: 1, content: 'a'.repeat(64), hours: 40, academicHourMinutes: 45,
      titles: { kk: 'Бала жасындағы ауруларды интеграциялап жүргізу (БЖАИЖ)', ru: 'Интегрированное ведение болезней детского возраста (ИВБДВ)', en: 'Integrated Management of Childhood Illness (IMCI)' },
      guideline: { id: 'who-imci-2014', titles: { kk: 'ДДСҰ БЖАИЖ анықтамалығы, 2014', ru: 'Справочник ВОЗ по ИВБДВ, 2014', en: 'WHO IMCI chart booklet, 2014' } },
    },
    approval: { body: 'Ғылыми-әдістемелік кеңес', number: '7', date: '2026-09-01' },
    centre: {
      id: randomUUID(), director: 'Оспанова Гүлнәр Сәкенқызы',
      names: { kk: 'Қызылорда ресурстық орталығы', ru: 'Кызылординский ресурсный центр', en: 'Kyzylorda Resource Centre' }, cities: { kk: 'Қызылорда', ru: 'Кызылорда', en: 'Kyzylorda' },
    },
    language: 'kk', startsOn: '2027-03-01', endsOn: '2027-03-05', issuedOn: '2027-03-06', expiresOn: '2032-03-06', predecessor: null, demonstration: false,
    ...change,
  }, keyInUse('certificate'))
}

export const named = (name: string): Partial<Facts> => ({ holder: { ...(JSON.parse(aStatement().body) as Statement).holder, name } })

/** True when poppler's tools are there to look at PDFs with. */
export const canLook = spawnSync('pdftoppm', ['-v']).status === 0

const file = (pdf: Uint8Array) => {
  const path = join(mkdtempSync(join(tmpdir(), 'besik-pdf-')), 'certificate.pdf')
  writeFileSync(path, pdf)
  return path
}

/** The text of a PDF, as a reader would copy it; `raw` is in the order in which it was drawn. */
export const textOf = (pdf: Uint8Array, order: 'layout' | 'raw' = 'layout') => execFileSync('pdftotext', [`-${order}`, file(pdf), '-']).toString('utf8')

export type Word = { text: string; left: number; right: number; top: number; bottom: number }

/** The words of a PDF with their boxes, in points from the upper left corner. Turned text is left out. */
export function wordsOf(pdf: Uint8Array): Word[] {
  const html = execFileSync('pdftotext', ['-bbox', file(pdf), '-']).toString('utf8')
  return [...html.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/word>/g)]
    .map(([, left, top, right, bottom, text]) => ({ left: Number(left), top: Number(top), right: Number(right), bottom: Number(bottom), text: text! }))
}

/** The page as grey pixels, at so many to the inch. */
export function pixelsOf(pdf: Uint8Array, resolution: number): { width: number; height: number; grey: Uint8Array } {
  const path = file(pdf)
  execFileSync('pdftoppm', ['-r', String(resolution), '-gray', '-singlefile', path, path])
  const image = readFileSync(`${path}.pgm`)
  const [, width, height] = /^P5\n(\d+) (\d+)\n255\n/.exec(image.subarray(0, 40).toString('latin1'))!
  const count = Number(width) * Number(height)
  return { width: Number(width), height: Number(height), grey: image.subarray(image.length - count) }
}

/** A file attached to a PDF, by its name. */
export function attachmentOf(pdf: Uint8Array, name = 'statement.json'): string {
  const path = file(pdf)
  const number = new RegExp(`^(\\d+): ${name}$`, 'm').exec(execFileSync('pdfdetach', ['-list', path]).toString('utf8'))?.[1]
  if (!number) throw new Error(`${name} is not attached`)
  execFileSync('pdfdetach', ['-save', number, '-o', `${path}.json`, path])
  return readFileSync(`${path}.json`, 'utf8')
}
