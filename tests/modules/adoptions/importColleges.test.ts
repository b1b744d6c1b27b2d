import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eq, inArray } from 'drizzle-orm'
import iconv from 'iconv-lite'
import type { Db } from '#db/client.ts'
import { adoptions, colleges, entries, notices } from '#db/schema/index.ts'
import { allAdoptions, collegesTemplate, importColleges, previewColleges, programmeOf, recordStep, saveProgramme, startAdoption, takeColleges, uploadColleges } from '#modules/adoptions/index.ts'
import { readColleges } from '#modules/adoptions/readColleges.ts'
import type { CollegeContext } from '#modules/adoptions/readCollegeLine.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAdministrator, anAuditor, anEdition, aRegion } from '#tests/factories.ts'
import { aHead, aLine, historyOf } from './cast.ts'
import { aCollege } from './staff.ts'

const columns = [
  'Облыс / Область', 'Қазақша атауы', 'Наименование на русском', 'Курс', 'Редакция', 'Дата получения', 'Код специальности', 'Специальность', 'Семестр', 'Часы теории', 'Часы практики',
  'Дата приказа', '№ приказа', 'Кем утверждено', 'Начало преподавания', 'Учебный год', 'Группы', 'Студенты', 'Дата отказа', 'Причина',
] as const
type Cells = Partial<Record<(typeof columns)[number], string>>
const list = (...lines: Cells[]) => Buffer.from(`\ufeff${[columns.join(';'), ...lines.map((cells) => columns.map((column) => cells[column] ?? '').join(';'))].join('\r\n')}\r\n`)

const kyzylorda: Cells = { 'Облыс / Область': 'Қызылорда облысы', 'Қазақша атауы': 'Қызылорда жоғары медициналық колледжі', 'Наименование на русском': 'Кызылординский высший медицинский колледж' }
const given: Cells = { ...kyzylorda, 'Курс': 'imci', 'Дата получения': '15.09.2024' }
const adopted: Cells = {
  ...given, 'Код специальности': '09130100', 'Специальность': 'Мейіргер ісі', 'Семестр': '4', 'Часы теории': '20', 'Часы практики': '12', 'Дата приказа': '20.12.2024', '№ приказа': '118-н', 'Кем утверждено': 'Методический совет',
}
const taught: Cells = { ...adopted, 'Начало преподавания': '01.09.2025', 'Учебный год': '2025/26', 'Группы': '3', 'Студенты': '1 072' }

const context: CollegeContext = {
  regions: [{ code: 'KZ-43', kato: '430000000', names: { kk: 'Қызылорда облысы', ru: 'Кызылординская область', en: 'Kyzylorda Region' } }, { code: 'KZ-71', kato: '710000000', names: { kk: 'Астана қаласы', ru: 'город Астана', en: 'Astana' } }],
  editions: [1, 2].map((number) => ({ id: `imci-${number}`, course: 'imci', number, names: [{ kk: 'БЖАИЖ', ru: 'ИВБДВ', en: 'IMCI' }] })),
  course: undefined,
}
const read = (cells: Cells, more: Partial<CollegeContext> = {}) => readColleges(list(cells), { ...context, ...more }).lines[0]!

describe('a line of a list', () => {
  test('of a college alone names it and no edition', () => {
    expect(read(kyzylorda)).toMatchObject({ line: 2, regionCode: 'KZ-43', names: { kk: 'Қызылорда жоғары медициналық колледжі', ru: 'Кызылординский высший медицинский колледж' }, higher: true, editionId: null, steps: [], problems: [] })
  })

  test('of a college that adopted tells its steps by their days, the newest edition when none is named', () => {
    expect(read(taught)).toMatchObject({
      editionId: 'imci-2', problems: [],
      programme: { specialityCode: '09130100', speciality: 'Мейіргер ісі', semester: 4, theoryHours: 20, practiceHours: 12 },
      steps: [
        { state: 'received', on: '2024-09-15', facts: {} }, { state: 'mapped', on: '2024-12-20', facts: {} },
        { state: 'approved', on: '2024-12-20', facts: { order: '118-н', body: 'Методический совет' } },
        { state: 'taught', on: '2025-09-01', facts: { studyYear: 2025, groups: 3, students: 1072 } },
      ],
    })
    expect(read({ ...given, 'Редакция': '№ 1' }).editionId).toBe('imci-1')
    expect(read({ ...given, 'Курс': 'ИВБДВ' }).editionId).toBe('imci-2')
    expect(read({ ...given, 'Курс': '' }, { course: 'imci' })).toMatchObject({ editionId: 'imci-2', problems: [] })
  })

  test.for([
    ['2025', 2025], ['2025/26', 2025], ['2025-2026', 2025], ['2025–2026 учебный год', 2025], ['', 2025],
  ] as const)('the study year «%s» of a beginning in September 2025 is %i', ([year, expected]) => {
    expect(read({ ...taught, 'Учебный год': year }).steps.at(-1)).toMatchObject({ facts: { studyYear: expected } })
  })

  test.for([
    [{ ...given, 'Облыс / Область': '' }, 'region-missing', 'region'],
    [{ ...given, 'Облыс / Область': 'Атлантида' }, 'region-unknown', 'region'],
    [{ ...given, 'Қазақша атауы': '', 'Наименование на русском': '' }, 'name-missing', 'name'],
    [{ ...given, 'Наименование на русском': 'а'.repeat(251) }, 'name-wrong', 'ru'],
    [{ ...given, 'Курс': '' }, 'course-missing', 'course'],
    [{ ...given, 'Курс': 'хирургия' }, 'course-unknown', 'course'],
    [{ ...given, 'Редакция': '7' }, 'edition-unknown', 'edition'],
    [{ ...given, 'Дата получения': '31.02.2025' }, 'day-unread', 'received'],
    [{ ...given, 'Дата получения': 'осенью' }, 'day-unread', 'received'],
    [{ ...adopted, '№ приказа': '' }, 'fact-missing', 'order'],
    [{ ...adopted, 'Семестр': '13' }, 'fact-wrong', 'semester'],
    [{ ...adopted, 'Специальность': '' }, 'fact-missing', 'speciality'],
    [{ ...adopted, 'Часы теории': '0', 'Часы практики': '0' }, 'fact-wrong', 'theory'],
    [{ ...taught, 'Начало преподавания': '' }, 'day-missing', 'taught'],
    [{ ...taught, 'Учебный год': '2025/27' }, 'fact-wrong', 'year'],
    [{ ...taught, 'Студенты': '' }, 'fact-missing', 'students'],
    [{ ...taught, 'Студенты': '2' }, 'groups-more', 'groups'],
    [{ ...given, 'Дата отказа': '01.03.2025' }, 'fact-missing', 'reason'],
  ] as const)('is wrong when something in it is: %#', ([cells, code, column]) => {
    expect(read(cells).problems).toEqual([{ code, column }])
  })
})

describe('a file', () => {
  test('is read in the encodings and separators of spreadsheets here, with a heading above, numbers beside and totals below', () => {
    const text = 'Список колледжей\n\n№ п/п,Область,Колледж,Примечание,Телефон\n1,г. Астана,"Астана жоғары медициналық колледжі / Высший медицинский колледж Астаны",,8 7172\nИтого,1,,,\n'
    for (const bytes of [Buffer.from(text), Buffer.from(text.replaceAll(',', '\t')), iconv.encode(text, 'rk1048'), iconv.encode(`\ufeff${text}`, 'utf-16le')]) {
      const { lines, unknown } = readColleges(bytes, context)
      expect(lines).toMatchObject([{ line: 4, regionCode: 'KZ-71', names: { kk: 'Астана жоғары медициналық колледжі', ru: 'Высший медицинский колледж Астаны' }, higher: true, problems: [] }])
      expect(unknown).toEqual(['Телефон'])
    }
  })

  test.for([
    ['colleges.no-titles', 'Тегі;Аты\nИванова;Айгүл\n'],
    ['colleges.no-lines', 'Область;Колледж\n'],
    ['colleges.column-doubled', 'Область;Регион;Колледж\nx;y;z\n'],
    ['roster.quote-open', 'Область;Колледж\n"x;z\n'],
    ['roster.is-workbook', 'PK\u0003\u0004xl/workbook'],
    ['colleges.too-long', () => `Область;Колледж\n${'x;z\n'.repeat(501)}`],
    ['colleges.too-large', () => `Область;Колледж\n${'x;z'.padEnd(1_100_000, ' ')}\n`],
  ] as const)('is refused as %s', ([code, text]) => {
    expect(() => readColleges(Buffer.from(typeof text === 'string' ? text : text()), context)).toThrow(expect.objectContaining({ code }))
  })
})

async function anOffice(db: Db) {
  await aRegion(db)
  const edition = await anEdition(db)
  return { edition, administrator: await anAdministrator(db) }
}
const namesOf = async (db: Db) => (await db.select().from(colleges)).map(({ names }) => names.ru).toSorted()

describe('upload, look, take in', () => {
  test('a new college comes with its history, each step with its entry in the ledger, and nobody is written to', async ({ db }) => {
    const { edition, administrator } = await anOffice(db)
    const kept = await uploadColleges(db, administrator, { bytes: list(taught) })
    expect(await previewColleges(db, administrator, kept)).toMatchObject({ counts: { new: 1, known: 0, same: 0, wrong: 0 }, steps: 4, ready: true })
    expect(await db.$count(adoptions)).toBe(0)

    expect(await importColleges(db, administrator, kept)).toEqual({ colleges: 1, adoptions: 1, steps: 4 })
    const [one] = await allAdoptions(db, administrator)
    expect(one).toMatchObject({ editionId: edition.id, state: 'taught', inForce: true, regionCode: 'KZ-43', taught: [{ studyYear: 2025, groups: 3, students: 1072, hours: 32 }] })
    const steps = await historyOf(db, one!.id)
    expect(steps.map(({ state, on, recordedBy }) => [state, on, recordedBy])).toEqual(
      (['received 2024-09-15', 'mapped 2024-12-20', 'approved 2024-12-20', 'taught 2025-09-01'] as const).map((told) => [...told.split(' '), administrator.personId]))
    const told = await db.select().from(entries).where(inArray(entries.seq, steps.map(({ entrySeq }) => entrySeq)))
    expect(told.map(({ body }) => (JSON.parse(body) as { kind: string }).kind)).toEqual(Array(4).fill('adoption.step'))
    expect((await programmeOf(db, one!.id))!.lines).toMatchObject([{ theoryHours: 20, practiceHours: 12, lessons: [] }])
    expect(await db.$count(notices)).toBe(0)
    expect(readdirSync(join(process.env['DATA_DIR']!, 'rosters'))).toEqual([])
    await expect(importColleges(db, administrator, kept)).rejects.toMatchObject({ code: 'roster.expired' })
  })

  test('the same list again changes nothing, and a further year of teaching carries on', async ({ db }) => {
    const { administrator } = await anOffice(db)
    await takeColleges(db, administrator, list(adopted), undefined)
    expect(await takeColleges(db, administrator, list(adopted), undefined)).toEqual({ colleges: 0, adoptions: 0, steps: 0 })
    // The year before in the line after: days decide, not lines.
    const earlier: Cells = { ...kyzylorda, 'Курс': 'imci', 'Начало преподавания': '05.02.2025', 'Группы': '1', 'Студенты': '25' }
    const kept = await uploadColleges(db, administrator, { bytes: list(taught, earlier) })
    expect((await previewColleges(db, administrator, kept)).lines.map(({ kind, steps }) => [kind, steps.map(({ on }) => on)])).toEqual([['known', ['2025-09-01']], ['known', ['2025-02-05']]])
    expect(await importColleges(db, administrator, kept)).toEqual({ colleges: 0, adoptions: 0, steps: 2 })
    expect((await allAdoptions(db, administrator))[0]!.taught.map(({ studyYear, students }) => [studyYear, students])).toEqual([[2025, 1072], [2024, 25]])
    expect(await db.$count(colleges)).toBe(1)
  })

  test('one wrong line and nothing is taken in', async ({ db }) => {
    const { administrator } = await anOffice(db)
    const kept = await uploadColleges(db, administrator, { bytes: list(given, { ...given, 'Облыс / Область': 'Атлантида' }) })
    expect(await previewColleges(db, administrator, kept)).toMatchObject({ counts: { new: 1, wrong: 1 }, ready: false })
    await expect(importColleges(db, administrator, kept)).rejects.toMatchObject({ code: 'colleges.wrong-lines', facts: { n: 1 } })
    expect([await db.$count(colleges), await db.$count(adoptions)]).toEqual([0, 0])
  })

  test('a line says which rule of the steps it breaks', async ({ db }) => {
    const { administrator } = await anOffice(db)
    const problems = async (...lines: Cells[]) => (await previewColleges(db, administrator, await uploadColleges(db, administrator, { bytes: list(...lines) }))).lines.flatMap((line) => line.problems.map((problem) => [line.line, problem]))
    expect(await problems({ ...given, 'Дата получения': '01.01.2099' })).toEqual([[2, { code: 'step', state: 'received', refusal: 'adoption.future', facts: {} }]])
    expect(await problems({ ...taught, 'Учебный год': '2024/25' })).toEqual([[2, { code: 'step', state: 'taught', refusal: 'adoption.other-year', facts: { year: 2024 } }]])
    expect(await problems({ ...adopted, 'Дата получения': '' })).toMatchObject([[2, { code: 'step', state: 'mapped', refusal: 'adoption.order' }], [2, { code: 'step', state: 'approved', refusal: 'adoption.order' }]])
    expect(await problems(given, { ...given })).toEqual([[3, { code: 'doubled', first: 2 }]])
    expect(await problems({ ...kyzylorda, 'Қазақша атауы': '' })).toEqual([[2, { code: 'name-missing', column: 'kk' }]])
  })

  test('a list only carries on: it leads no college back', async ({ db }) => {
    const { administrator } = await anOffice(db)
    await takeColleges(db, administrator, list(adopted), undefined)
    const kept = await uploadColleges(db, administrator, { bytes: list({ ...adopted, 'Дата приказа': '15.01.2025', '№ приказа': '7' }) })
    expect((await previewColleges(db, administrator, kept)).lines[0]).toMatchObject({ kind: 'wrong', problems: [{ code: 'step-told', state: 'mapped', day: '2024-12-20' }, { code: 'step-told', state: 'approved', day: '2024-12-20' }] })
    const back = await uploadColleges(db, administrator, { bytes: list({ ...given, 'Дата получения': '01.02.2025' }) })
    expect((await previewColleges(db, administrator, back)).lines[0]!.problems).toEqual([{ code: 'step-told', state: 'received', day: '2024-09-15' }])
  })

  test('a programme that the college has entered stays, and its own steps are carried on', async ({ db }) => {
    const { edition, administrator } = await anOffice(db)
    const { worker, collegeId } = await aCollege(db)
    await db.update(colleges).set({ regionCode: 'KZ-43', names: { kk: kyzylorda['Қазақша атауы']!, ru: kyzylorda['Наименование на русском']!, en: 'College' } }).where(eq(colleges.id, collegeId))
    const { id: adoptionId } = await startAdoption(db, worker, { editionId: edition.id, on: '2024-09-15', facts: {} })
    await saveProgramme(db, worker, { adoptionId, ...aHead, lines: [aLine('Балалар аурулары', ['imci-1-01'])] })
    await recordStep(db, worker, { adoptionId, state: 'mapped', on: '2024-12-20', facts: {} })
    expect(await takeColleges(db, administrator, list(adopted), undefined)).toEqual({ colleges: 0, adoptions: 0, steps: 1 })
    expect((await programmeOf(db, adoptionId))!.lines).toMatchObject([{ title: 'Балалар аурулары', lessons: ['imci-1-01'] }])
    expect((await historyOf(db, adoptionId)).map(({ state }) => state)).toEqual(['received', 'mapped', 'approved'])
  })

  test('a college is known by any of its names; one with nearly the same name is pointed out; a closed one is refused', async ({ db }) => {
    const { administrator } = await anOffice(db)
    await db.insert(colleges).values({ regionCode: 'KZ-43', names: { kk: 'Қызылорда медициналық колледжі', ru: 'Кызылординский медицинский колледж', en: 'Kyzylorda Medical College' } })
    const look = async (cells: Cells) => (await previewColleges(db, administrator, await uploadColleges(db, administrator, { bytes: list(cells) }))).lines[0]!
    expect(await look({ ...kyzylorda, 'Қазақша атауы': '', 'Наименование на русском': 'КЫЗЫЛОРДИНСКИЙ МЕДИЦИНСКИЙ КОЛЛЕДЖ' })).toMatchObject({ kind: 'same', like: [] })
    expect(await look(kyzylorda)).toMatchObject({ kind: 'new', like: [{ ru: 'Кызылординский медицинский колледж' }], problems: [] })
    await db.update(colleges).set({ closedAt: new Date() })
    expect((await look({ ...kyzylorda, 'Қазақша атауы': '', 'Наименование на русском': 'Кызылординский медицинский колледж' })).problems).toEqual([{ code: 'college-closed' }])
  })

  test('the table to fill in has the known colleges and is taken in again as it is', async ({ db }) => {
    const { administrator } = await anOffice(db)
    await takeColleges(db, administrator, list(given, { ...given, 'Қазақша атауы': 'Арал медициналық колледжі', 'Наименование на русском': 'Аральский медицинский колледж' }), undefined)
    const { bytes } = await collegesTemplate(db, administrator)
    const kept = await uploadColleges(db, administrator, { bytes })
    expect(await previewColleges(db, administrator, kept)).toMatchObject({ counts: { new: 0, known: 0, same: 2, wrong: 0 }, unknown: [], ready: true })
    expect(await namesOf(db)).toEqual(['Аральский медицинский колледж', 'Кызылординский высший медицинский колледж'])
  })

  test('is for administrators: neither the ministry nor a college', async ({ db }) => {
    const { administrator } = await anOffice(db)
    const kept = await uploadColleges(db, administrator, { bytes: list(given) })
    for (const actor of [await anAuditor(db), (await aCollege(db)).worker]) {
      for (const asked of [() => uploadColleges(db, actor, { bytes: list(given) }), () => previewColleges(db, actor, kept), () => importColleges(db, actor, kept), () => collegesTemplate(db, actor)]) {
        await expect(asked()).rejects.toMatchObject({ code: 'permission.denied' })
      }
    }
    expect(await db.$count(adoptions)).toBe(0)
  })

  test('the whole country is taken in at once: 80 colleges, 54 given, 10 adopted', async ({ db }) => {
    const { administrator } = await anOffice(db)
    const lines = Array.from({ length: 80 }, (_, at): Cells => {
      const own = { ...(at < 10 ? adopted : at < 54 ? given : kyzylorda), 'Қазақша атауы': `№ ${at + 1} медициналық колледжі`, 'Наименование на русском': `Медицинский колледж № ${at + 1}` }
      return own
    })
    expect(await takeColleges(db, administrator, list(...lines), undefined)).toEqual({ colleges: 80, adoptions: 54, steps: 54 + 10 * 2 })
  })
})
