import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Statement } from '#modules/certificates/statement.ts'
import { aStatement, type Word } from '#tests/modules/certificates/sample.ts'

// The longest that people, workplaces and courses of the country are really called, and every shape that a certificate has.

type Change = NonNullable<Parameters<typeof aStatement>[0]>
const usual = JSON.parse(aStatement().body) as Statement

export const longName = 'Құдайбергенова-Жұмағалиева Мұхаббатхан Нұрмұхамбетқызы'
const facility = {
  kk: 'Түркістан облысының қоғамдық денсаулық сақтау басқармасының «Созақ аудандық орталық ауруханасы» шаруашылық жүргізу құқығындағы мемлекеттік коммуналдық кәсіпорны',
  ru: 'Государственное коммунальное предприятие на праве хозяйственного ведения «Созакская центральная районная больница» управления общественного здоровья Туркестанской области',
  en: 'Sozaq Central District Hospital, municipal state enterprise of the Public Health Department of Turkistan Region',
}
const profession = { kk: 'денсаулық сақтау саласындағы әлеуметтік жұмыс жөніндегі маман', ru: 'специалист по социальной работе в сфере здравоохранения', en: 'social worker in health care' }
const centre = {
  ...usual.centre, director: `${longName} ${longName}`,
  names: {
    kk: 'Қызылорда облысының денсаулық сақтау басқармасының Ана мен бала денсаулығын сақтау жөніндегі ресурстық орталығы',
    ru: 'Ресурсный центр по охране здоровья матери и ребёнка управления здравоохранения Кызылординской области', en: 'Resource Centre for Maternal and Child Health of the Health Department of Kyzylorda Region',
  },
}
const course = {
  ...usual.course, course: 'home-visiting',
  titles: {
    kk: 'Жүкті әйелдер мен жас балаларды патронаждық бақылаудың әмбебап прогрессивті моделі және қамқорлық жасап күту',
    ru: 'Универсально-прогрессивная модель патронажного наблюдения беременных и детей раннего возраста с заботливым уходом', en: 'Universal-progressive home visiting of pregnant women and young children with nurturing care',
  },
  guideline: { id: 'who-nurturing-care-2018', titles: { kk: 'ДДСҰ мен ЮНИСЕФ «Балаға мейірімді күтім» әдістемелік нұсқаулығы, 2018', ru: 'Рамочная программа ВОЗ и ЮНИСЕФ по заботливому уходу, 2018', en: 'WHO and UNICEF Nurturing Care Framework, 2018' } },
}

export const accredited: Change = {
  kind: 'advanced', credits: '1.33',
  document: {
    titles: { kk: 'Біліктілікті арттыру туралы куәлік', ru: 'Свидетельство о повышении квалификации', en: 'Certificate of advanced training' },
    confirms: { kk: 'біліктілікті арттыру бағдарламасы бойынша оқудан өткенін растайды', ru: 'подтверждает прохождение программы повышения квалификации', en: 'confirms completion of an advanced training programme' },
    legalBasis: {
      kk: 'ҚР Денсаулық сақтау министрінің 2020 жылғы 21 желтоқсандағы № ҚР ДСМ-303/2020 бұйрығы', ru: 'Приказ министра здравоохранения РК от 21 декабря 2020 года № ҚР ДСМ-303/2020',
      en: 'Order of the Minister of Health No. ҚР ДСМ-303/2020 of 21 December 2020',
    },
    template: 'certificate',
  },
  accreditation: {
    body: { kk: 'Денсаулық сақтау саласындағы аккредиттеу орталығы', ru: 'Центр аккредитации в здравоохранении', en: 'Centre for Accreditation in Health Care' }, number: 'KZ66VBM01234567', validUntil: '2029-05-31',
  },
}

export const attended: Change = {
  kind: 'attendance', credits: null, expiresOn: null,
  document: {
    titles: { kk: 'Қатысу туралы анықтама', ru: 'Справка об участии', en: 'Statement of attendance' },
    confirms: { kk: 'оқуға қатысқанын растайды', ru: 'подтверждает участие в обучении', en: 'confirms attendance at the training' }, legalBasis: null, template: 'attendance',
  },
}

const longest: Change = { course, centre, holder: { name: longName, profession, facility }, predecessor: 'KZ-2026-000001' }

export const shapes: Record<string, Change> = {
  'the usual one': {},
  'a name without patronymic': { holder: { ...usual.holder, name: 'Ли Анна' } },
  'a guest with a Latin name and no workplace': { holder: { name: 'María-José Fernández Castellanos de la Vega', profession: usual.holder.profession, facility: null }, expiresOn: null },
  'neither profession nor workplace': { holder: { name: longName, profession: null, facility: null } },
  'one of advanced training by an accredited centre': accredited,
  'a demonstration that renews another': { demonstration: true, renews: 'KZ-2022-000317' },
  'one that replaces another': { predecessor: 'KZ-2026-000001' },
  'everything as long as it gets': {
    ...accredited, ...longest, renews: 'KZ-2022-000317', demonstration: true,
    approval: { body: 'Дәрігерлердің біліктілігін арттыру және қайта даярлау жөніндегі оқу-әдістемелік кеңес', number: 'ҚР ДСМ-303/2020', date: '2026-09-01' },
  },
  'a statement of attendance': attended,
  'a short statement of attendance': { ...attended, holder: { name: 'Ли Анна', profession: null, facility: null }, centre: { ...usual.centre, director: null } },
  'a statement of attendance as long as it gets': { ...attended, ...longest, demonstration: true, expiresOn: '2032-03-06' },
}

/** Pairs of words that lie on one another; their boxes hold the whole line, of which the outer parts are air. */
export function collisions(words: readonly Word[]): string[] {
  const core = words.map((word) => {
    const air = (word.bottom - word.top) * 0.3
    return { ...word, top: word.top + air, bottom: word.bottom - air }
  })
  return core.flatMap((one, index) => core.slice(index + 1)
    .filter((other) => one.left < other.right - 0.4 && other.left < one.right - 0.4 && one.top < other.bottom && other.top < one.bottom)
    .map((other) => `${one.text} / ${other.text}`))
}

const file = (pdf: Uint8Array) => {
  const path = join(mkdtempSync(join(tmpdir(), 'besik-pdf-')), 'one.pdf')
  writeFileSync(path, pdf)
  return path
}
const has = (tool: string) => spawnSync(tool, ['--version']).error === undefined
export const canCheck = has('qpdf')
export const canSeeSignatures = has('pdfsig')

/** What qpdf finds wrong with a file; nothing when it is sound. */
export function faultsOf(pdf: Uint8Array): string {
  const { status, stdout, stderr } = spawnSync('qpdf', ['--check', file(pdf)], { encoding: 'utf8' })
  return status === 0 ? '' : stdout + stderr
}

/** The fonts of a file, as pdffonts lists them. */
export const fontsOf = (pdf: Uint8Array) =>
  execFileSync('pdffonts', [file(pdf)], { encoding: 'utf8' }).trim().split('\n').slice(2).map((line) => {
    const [, name, embedded, subset, unicode] = /^(\S+) .* (yes|no) +(yes|no) +(yes|no) +\d+ +\d+$/.exec(line)!
    return { name: name!, embedded: embedded === 'yes', subset: subset === 'yes', unicode: unicode === 'yes' }
  })

/** What poppler says about the signatures of a file. */
export const signaturesOf = (pdf: Uint8Array) => spawnSync('pdfsig', ['-nocert', file(pdf)], { encoding: 'utf8' }).stdout

/** The objects of a file as text, streams unpacked. */
export const unpacked = (pdf: Uint8Array) => execFileSync('qpdf', ['--qdf', '--object-streams=disable', '--stream-data=uncompress', file(pdf), '-'], { maxBuffer: 1e8 }).toString('latin1')
