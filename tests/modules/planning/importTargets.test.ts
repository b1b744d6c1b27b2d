import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { targets } from '#db/schema/index.ts'
import { exportLines, importTargets, previewTargets, setTarget, targetsOf, uploadTargets } from '#modules/planning/index.ts'
import { type PlanContext, readPlan } from '#modules/planning/readPlan.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aTrainer, texts } from '#tests/factories.ts'
import { aDesk, aNeighbour } from './cast.ts'

const file = (...lines: string[]) => Buffer.from(['Мекеме / Учреждение;Өңір / Регион;Лауазымы / Должность;Курс;Адам саны / Количество;Ескертпе / Примечание', ...lines].join('\r\n') + '\r\n')

const context: PlanContext = {
  facilities: [
    { id: 'f3', regionCode: 'KZ-43', names: { kk: 'Қызылорда қалалық № 3 емханасы', ru: 'Кызылординская городская поликлиника № 3', en: 'Kyzylorda City Polyclinic No. 3' } },
    { id: 'aral', regionCode: 'KZ-43', names: { kk: 'Арал аудандық ауруханасы', ru: 'Аральская районная больница', en: 'Aral District Hospital' } },
  ],
  regions: [{ code: 'KZ-43', kato: '430000000', names: { kk: 'Қызылорда облысы', ru: 'Кызылординская область', en: 'Kyzylorda Region' } }, { code: 'KZ-71', kato: '710000000', names: { kk: 'Астана', ru: 'Астана', en: 'Astana' } }],
  courses: [{ course: 'imci', names: [texts('БЖАИЖ'), { kk: 'БЖАИЖ', ru: 'ИВБДВ', en: 'IMCI' }] }],
  course: undefined,
}
const first = (line: string, more: Partial<PlanContext> = {}) => readPlan(file(line), { ...context, ...more })[0]!

describe('a line of a file', () => {
  test.for([
    ['Қызылорда қалалық №3 емханасы;;патронажная медсестра;imci;40;', { facilityId: 'f3', profession: 'patronage-nurse', course: 'imci', people: 40 }],
    ['Аральская районная больница;Кызылординская область;;ИВБДВ;1 200;приказ № 12', { facilityId: 'aral', course: 'imci', people: 1200, note: 'приказ № 12' }],
    [';Қызылорда;акушер;БЖАИЖ;15;', { regionCode: 'KZ-43', profession: 'midwife', course: 'imci', people: 15 }],
    [';KZ-71;барлығы;imci;7;', { regionCode: 'KZ-71', course: 'imci', people: 7 }],
    ['—;г. Астана;;imci;7;', { regionCode: 'KZ-71', course: 'imci', people: 7 }],
    [';;;imci;100000;', { course: 'imci', people: 100_000 }],
  ] as const)('%s', ([line, target]) => {
    expect(first(line)).toMatchObject({ line: 2, problems: [], target })
  })

  test.for([
    ['Алматы қалалық № 7 емханасы;;;imci;5;', 'facility-unknown'],
    ['Аральская больница;;;imci;5;', 'facility-unsure'],
    [';Атлантида;;imci;5;', 'region-unknown'],
    ['Арал аудандық ауруханасы;Астана;;imci;5;', 'region-differs'],
    [';;космонавт;imci;5;', 'profession-unknown'],
    [';;;хирургия;5;', 'course-unknown'],
    [';;;;5;', 'course-missing'],
    [';;;imci;0;', 'people-wrong'],
    [';;;imci;;', 'people-wrong'],
    [';;;imci;12,5;', 'people-wrong'],
    [';;;imci;-3;', 'people-wrong'],
    [';;;imci;100001;', 'people-wrong'],
    [`;;;imci;5;${'а'.repeat(201)}`, 'note-long'],
  ] as const)('%s is wrong: %s', ([line, code]) => {
    const { target, problems } = first(line)
    expect(problems.map((one) => one.code)).toEqual([code])
    expect(target).toBeNull()
  })

  test('for the same place and profession as one before is told so', () => {
    const lines = readPlan(file(';KZ-43;midwife;imci;5;', ';;;imci;5;', ';Қызылорда облысы;акушер;imci;6;'), context)
    expect(lines.map(({ problems }) => problems)).toEqual([[], [], [{ code: 'doubled', first: 2 }]])
  })

  test('gets the course of the form when the file says none', () => {
    expect(first(';;;;5;', { course: 'imci' }).target).toEqual({ course: 'imci', people: 5 })
  })
})

describe('a file', () => {
  test('is read in the encodings and separators of spreadsheets here, with headings above and totals below', () => {
    const text = 'План на 2027 год\n\nУчреждение,Количество\n"Аральская районная больница",40\n,\nИтого,40\n'
    const expected = [{ line: 4, target: { facilityId: 'aral', course: 'imci', people: 40 } }]
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text.replaceAll(',', '\t').replaceAll('\n', '\r\n')}`), iconv.encode(text, 'win1251'), iconv.encode(`\ufeff${text}`, 'utf-16le')]) {
      expect(readPlan(bytes, { ...context, course: 'imci' })).toMatchObject(expected)
    }
  })

  test.for([
    ['Тегі;Аты\nИванова;Айгүл\n', 'plan.no-people'],
    ['Учреждение;Количество\n', 'plan.no-lines'],
    ['Учреждение;Организация;Количество\nx;y;5\n', 'plan.column-doubled'],
    ['Учреждение;Количество\n"x;5\n', 'roster.quote-open'],
    ['PK\u0003\u0004xl/workbook', 'roster.is-workbook'],
    ['', 'roster.empty'],
    [`Учреждение;Количество\n${'x;5\n'.repeat(1001)}`, 'plan.too-long'],
    [`Учреждение;Количество\n${'x;5'.padEnd(1_100_000, ' ')}\n`, 'plan.too-large'],
  ] as const)('%s is refused as %s', ([text, code]) => {
    expect(() => readPlan(Buffer.from(text), context)).toThrow(expect.objectContaining({ code }))
  })
})

describe('upload, look, take in', () => {
  test('new lines are added, others replaced, what the file doesn’t name stays, and the file is gone', async ({ db }) => {
    const { plan, centreId, coordinator, polyclinic, hospital } = await aDesk(db)
    await setTarget(db, coordinator, { ...plan, facilityId: polyclinic.id, people: 30 })
    await setTarget(db, coordinator, { ...plan, facilityId: hospital.id, people: 8 })
    await setTarget(db, coordinator, { ...plan, regionCode: 'KZ-43', people: 3 })
    const bytes = file('Қызылорда қалалық №3 емханасы;;;imci;45;', 'Арал аудандық ауруханасы;;;imci;8;', 'Арал аудандық ауруханасы;;акушер;imci;5;')
    const kept = { centreId, year: 2027, ...(await uploadTargets(db, coordinator, { centreId, year: 2027, bytes })) }

    const preview = await previewTargets(db, coordinator, kept)
    expect(preview).toMatchObject({ counts: { new: 1, changed: 1, same: 1, wrong: 0 }, people: 58, ready: true })
    expect(preview.lines.map(({ kind, before }) => [kind, before])).toEqual([['changed', 30], ['same', 8], ['new', null]])
    expect((await targetsOf(db, coordinator, plan)).map(({ people }) => people)).toEqual([30, 8, 3])

    expect(await importTargets(db, coordinator, kept)).toEqual({ added: 1, changed: 1 })
    expect((await targetsOf(db, coordinator, plan)).map(({ people }) => people)).toEqual([45, 8, 5, 3])
    expect(readdirSync(join(process.env['DATA_DIR']!, 'rosters'))).toEqual([])
    await expect(importTargets(db, coordinator, kept)).rejects.toMatchObject({ code: 'roster.expired' })
  })

  test('one wrong line and nothing is taken in', async ({ db }) => {
    const { centreId, coordinator } = await aDesk(db)
    const kept = { centreId, year: 2027, ...(await uploadTargets(db, coordinator, { centreId, year: 2027, bytes: file(';;;imci;5;', ';Атлантида;;imci;5;') })) }
    expect(await previewTargets(db, coordinator, kept)).toMatchObject({ counts: { new: 1, wrong: 1 }, people: 5, ready: false })
    await expect(importTargets(db, coordinator, kept)).rejects.toMatchObject({ code: 'plan.wrong-lines', facts: { n: 1 } })
    expect(await db.$count(targets)).toBe(0)
  })

  test('the exported lines are taken in again as they are', async ({ db }) => {
    const { plan, centreId, coordinator, polyclinic } = await aDesk(db)
    await setTarget(db, coordinator, { ...plan, facilityId: polyclinic.id, profession: 'extended-practice-nurse', people: 30, note: '№ 12; «бұйрық»' })
    await setTarget(db, coordinator, { ...plan, regionCode: 'KZ-43', people: 12 })
    for (const locale of ['kk', 'ru', 'en'] as const) {
      const { bytes } = await exportLines(db, coordinator, { centreId, year: 2027, locale })
      const { digest } = await uploadTargets(db, coordinator, { centreId, year: 2027, bytes })
      expect(await previewTargets(db, coordinator, { centreId, year: 2027, digest })).toMatchObject({ counts: { new: 0, changed: 0, same: 2, wrong: 0 } })
    }
  })

  test('is for the centre’s coordinators: neither its trainer nor anybody from another centre', async ({ db }) => {
    const { centreId, coordinator } = await aDesk(db)
    const bytes = file(';;;imci;5;')
    const kept = { centreId, year: 2027, ...(await uploadTargets(db, coordinator, { centreId, year: 2027, bytes })) }
    const { coordinator: foreigner } = await aNeighbour(db)
    for (const [actor, code] of [[foreigner, 'object.not-found'], [await aTrainer(db, centreId), 'permission.denied']] as const) {
      await expect(uploadTargets(db, actor, { centreId, year: 2027, bytes })).rejects.toMatchObject({ code })
      await expect(previewTargets(db, actor, kept)).rejects.toMatchObject({ code })
      await expect(importTargets(db, actor, kept)).rejects.toMatchObject({ code })
    }
    expect(await db.$count(targets)).toBe(0)
  })
})
