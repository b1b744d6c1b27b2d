import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { asc } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { entries, indicatorValues } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { exportIndicators, importIndicators, importStory, indicators, indicatorsOf, indicatorsTemplate, listIndicators, previewIndicators, uploadIndicators } from '#modules/followup/index.ts'
import { readFigure, readYear } from '#modules/followup/indicatorFigure.ts'
import { type IndicatorContext, readIndicators } from '#modules/followup/readIndicators.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, anAdministrator, anAuditor, aRegion, aTrainee, texts } from '#tests/factories.ts'

const head = 'Көрсеткіш / Показатель;Өңір / Регион;Мекеме / Учреждение;Жыл / Год;Мәні / Значение;Дереккөз / Источник'
const list = (...lines: string[]) => Buffer.from(`\ufeff${[head, ...lines].join('\r\n')}\r\n`)

const context: IndicatorContext = {
  indicators: indicators(), thisYear: 2026,
  regions: [
    { code: 'KZ-43', kato: '430000000', names: { kk: 'Қызылорда облысы', ru: 'Кызылординская область', en: 'Kyzylorda Region' } },
    { code: 'KZ-71', kato: '710000000', names: { kk: 'Астана қаласы', ru: 'город Астана', en: 'Astana' } },
  ],
  facilities: [
    { id: 'f3', regionCode: 'KZ-43', names: { kk: 'Қызылорда қалалық № 3 емханасы', ru: 'Кызылординская городская поликлиника № 3', en: 'Kyzylorda City Polyclinic No. 3' } },
    { id: 'one', regionCode: 'KZ-43', names: texts('Орталық аудандық ауруханасы') }, { id: 'two', regionCode: 'KZ-71', names: texts('Орталық аудандық ауруханасы') },
  ],
}
const first = (line: string) => readIndicators(list(line), context).lines[0]!

describe('a figure', () => {
  test.for([
    ['51', 'percent', 51], ['63 %', 'percent', 63], ['63,5%', 'percent', 63.5], ['0', 'percent', 0], ['100', 'percent', 100], ['14,4', 'per-1000', 14.4], ['8.8', 'per-1000', 8.8], ['1000', 'per-1000', 1000],
    ['9 960', 'households', 9960], ['1\u00a0565', 'families', 1565], ['0', 'infants', 0],
  ] as const)('«%s» of %s is %s', ([text, unit, value]) => expect(readFigure(text, unit)).toEqual({ value }))

  test.for([
    ['', 'percent', 'value-missing'], ['100,1', 'percent', 'value-percent'], ['-1', 'percent', 'value-unread'], ['около 50', 'percent', 'value-unread'], ['50,123', 'percent', 'value-unread'], ['1,2,3', 'percent', 'value-unread'],
    ['1000,5', 'per-1000', 'value-rate'], ['14 %', 'per-1000', 'value-unread'], ['1e3', 'per-1000', 'value-unread'],
    ['1,565', 'families', 'value-whole'], ['1.565', 'households', 'value-whole'], ['5 %', 'infants', 'value-unread'], ['100000001', 'households', 'value-large'], ['∞', 'households', 'value-unread'],
  ] as const)('«%s» of %s is asked about: %s', ([text, unit, problem]) => expect(readFigure(text, unit)).toEqual({ problem }))

  test.for([
    ['2017', 2017], ['1990', 1990], ['2026', 2026], ['2017 ж.', 2017], ['2017 год', 2017], ['1989', null], ['2027', null], ['17', null], ['2016–2017', null], ['', null],
  ] as const)('the year «%s» is %s', ([text, year]) => expect(readYear(text, 2026)).toBe(year))
})

describe('a line', () => {
  test.for([
    ['danger-signs;KZ-43;;2017;63 %;UNICEF, 2018', { indicator: 'danger-signs', regionCode: 'KZ-43', facilityId: null, year: 2017, value: 63, source: 'UNICEF, 2018' }],
    ['Младенческая смертность;Кызылординская область;;2016;14,4;Отчёт управления', { indicator: 'infant-mortality', regionCode: 'KZ-43', value: 14.4 }],
    ['5 жасқа дейінгі балалар өлімі / Смертность детей до 5 лет;Қызылорда;;2017;12,1;Есеп', { indicator: 'under-five-mortality', value: 12.1 }],
    ['exclusive-breastfeeding;;Қызылорда қалалық №3 емханасы;2025;48;Мекеме есебі', { indicator: 'exclusive-breastfeeding', facilityId: 'f3', regionCode: null }],
    ['households-visited;Астана;Орталық аудандық ауруханасы;2025;9 960;Мекеме есебі', { facilityId: 'two', value: 9960 }],
    ["intensive-cases;KZ-71;;2025;7;'=formula", { source: '=formula' }],
  ] as const)('%s', ([line, figure]) => expect(first(line)).toMatchObject({ line: 2, problems: [], figure }))

  test.for([
    [';KZ-43;;2017;63;UNICEF', ['indicator-missing']],
    ['счастье;KZ-43;;2017;63;UNICEF', ['indicator-unknown']],
    ['Нәресте өлімі / Смертность детей до 5 лет;KZ-43;;2017;6;UNICEF', ['indicator-unknown']],
    ['danger-signs;;;2017;63;UNICEF', ['place-missing']],
    ['danger-signs;Атлантида;;2017;63;UNICEF', ['region-unknown']],
    ['danger-signs;;Алматы қалалық № 7 емханасы;2017;63;UNICEF', ['facility-unknown']],
    ['danger-signs;;Орталық аудандық ауруханасы;2017;63;UNICEF', ['facility-unsure']],
    ['danger-signs;Астана;Қызылорда қалалық № 3 емханасы;2017;63;UNICEF', ['region-differs']],
    ['danger-signs;KZ-43;;1989;63;UNICEF', ['year-wrong']],
    ['danger-signs;KZ-43;;2017;101;UNICEF', ['value-percent']],
    ['danger-signs;KZ-43;;2017;63;', ['source-missing']],
    ['danger-signs;KZ-43;;2017;63;ab', ['source-missing']],
    [`danger-signs;KZ-43;;2017;63;${'а'.repeat(301)}`, ['source-long']],
    ['danger-signs;KZ-43;;2017;63;UNI\u202eCEF', ['source-characters']],
    ['danger-signs;Атлантида;;17;;', ['region-unknown', 'year-wrong', 'value-missing', 'source-missing']],
  ] as const)('%s is wrong: %s', ([line, codes]) => {
    const { figure, problems } = first(line)
    expect(problems.map(({ code }) => code)).toEqual(codes)
    expect(figure).toBeNull()
  })

  test('for the same indicator, place and year as one before is told so, under whatever names', () => {
    const { lines } = readIndicators(list('danger-signs;KZ-43;;2017;63;UNICEF', 'danger-signs;KZ-43;;2016;51;UNICEF', 'Матери, которые могут назвать признаки опасности;Қызылорда облысы;;2017;63;UNICEF'), context)
    expect(lines.map(({ problems }) => problems)).toEqual([[], [], [{ code: 'doubled', first: 2 }]])
  })
})

describe('a file', () => {
  test('is read in the encodings and separators of spreadsheets here, with a heading above', () => {
    const text = 'Показатели области,,,,\n\nПоказатель,Ед. изм.,Регион,Год,Значение,Источник,Примечание\ndanger-signs,%,KZ-43,2017,"62,5",Отчёт,нет\ndanger-signs,%,,,,,\n'
    const tabs = text.replaceAll('"62,5"', '62.5').replaceAll(',', '\t').replaceAll('\n', '\r\n')
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${tabs}`), iconv.encode(text, 'win1251'), iconv.encode(`\ufeff${text}`, 'utf-16le')]) {
      const { lines, unknown } = readIndicators(bytes, context)
      expect(lines).toMatchObject([{ line: 4, problems: [], figure: { indicator: 'danger-signs', value: 62.5, source: 'Отчёт' } }])
      expect(unknown).toEqual(['Примечание'])
    }
  })

  test.for([
    ['Тегі;Аты\nИванова;Айгүл\n', 'indicators.no-titles'], [`${head.replace(/;[^;]+$/, '')}\ndanger-signs;KZ-43;;2017;63\n`, 'indicators.no-titles'],
    [`${head}\n`, 'indicators.no-lines'], [`${head}\ndanger-signs;;;;;\n`, 'indicators.no-lines'], [`${head};Год\nx;KZ-43;;2017;5;abc;2017\n`, 'indicators.column-doubled'],
    [`${head}\n"x;5\n`, 'roster.quote-open'], ['PK\u0003\u0004xl/workbook', 'roster.is-workbook'], ['', 'roster.empty'],
    [`${head}\n${'x;KZ-43;;2017;5;abc\n'.repeat(1001)}`, 'indicators.too-long'], [`${head}\n${'x;5'.padEnd(1_100_000, ' ')}\n`, 'indicators.too-large'],
  ] as const)('%s is refused as %s', ([text, code]) => {
    expect(() => readIndicators(Buffer.from(text), context)).toThrow(expect.objectContaining({ code }))
  })
})

/** What the ledger tells, with its facts. */
const toldOf = async (db: Db) => (await db.select().from(entries).orderBy(asc(entries.seq))).map(({ kind, body }) => ({ kind, facts: JSON.parse(body).facts as Record<string, unknown> }))
const danger = async (db: Db) => (await indicatorsOf(db, { course: 'imci' })).find(({ id }) => id === 'danger-signs')?.places

describe('upload, look, take in', () => {
  test('what was published of a region becomes values with year and source, each with its entry in the ledger', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db)
    const lines = ['danger-signs;KZ-43;;2016;51 %;UNICEF, 2018', 'danger-signs;KZ-43;;2017;63 %;UNICEF, 2018', 'households-visited;KZ-43;;2017;9 960;UNICEF, 2018', 'intensive-cases;KZ-43;;2017;1 565;UNICEF, 2018', 'exclusive-breastfeeding;KZ-43;;2017;54,5;UNICEF, 2018', 'infant-mortality;KZ-43;;2017;8,8;UNICEF, 2018', 'under-five-mortality;KZ-43;;2017;12,1;UNICEF, 2018']
    const kept = { ...(await uploadIndicators(db, administrator, { bytes: list(...lines) })), replace: false }
    expect(await previewIndicators(db, administrator, kept)).toMatchObject({ counts: { new: 7, changed: 0, same: 0, wrong: 0 }, ready: true, standing: 0, unknown: [] })
    expect([await db.$count(indicatorValues), await db.$count(entries)]).toEqual([0, 0])

    expect(await importIndicators(db, administrator, kept)).toEqual({ added: 7, replaced: 0 })
    expect(await danger(db)).toEqual([{ region: 'KZ-43', facility: null, values: [{ year: 2016, value: 51, source: 'UNICEF, 2018' }, { year: 2017, value: 63, source: 'UNICEF, 2018' }] }])
    expect((await indicatorsOf(db, { course: 'home-visiting', region: 'KZ-43' })).map(({ id }) => id)).toEqual(['danger-signs', 'exclusive-breastfeeding', 'households-visited', 'infant-mortality', 'intensive-cases', 'under-five-mortality'])
    const told = await toldOf(db)
    expect(told).toHaveLength(7)
    expect(told[5]).toMatchObject({ kind: 'indicator.entered', facts: { indicator: 'infant-mortality', region: 'KZ-43', facility: null, year: 2017, value: 8.8, before: null, replaces: null, file: kept.digest } })
    expect(readdirSync(join(process.env['DATA_DIR']!, 'rosters'))).toEqual([])
    await expect(importIndicators(db, administrator, kept)).rejects.toMatchObject({ code: 'roster.expired' })
  })

  test('one wrong line and nothing is taken in', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db)
    const kept = { ...(await uploadIndicators(db, administrator, { bytes: list('danger-signs;KZ-43;;2017;63;UNICEF', 'danger-signs;Атлантида;;2017;63;UNICEF') })), replace: true }
    expect(await previewIndicators(db, administrator, kept)).toMatchObject({ counts: { new: 1, wrong: 1 }, ready: false, lines: [{ kind: 'new' }, { kind: 'wrong', line: 3, problems: [{ code: 'region-unknown' }] }] })
    await expect(importIndicators(db, administrator, kept)).rejects.toMatchObject({ code: 'indicators.wrong-lines', facts: { n: 1 } })
    expect([await db.$count(indicatorValues), await db.$count(entries)]).toEqual([0, 0])
  })

  test('an earlier value is replaced only when that is said; it stays in the register and both are in the ledger', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db)
    await importStory(db, system('test'))
    const stood = await db.$count(indicatorValues)
    const { digest } = await uploadIndicators(db, administrator, { bytes: list('danger-signs;KZ-43;;2017;64,5;Түзетілген есеп', 'danger-signs;KZ-43;;2018;66;Есеп') })
    expect(await previewIndicators(db, administrator, { digest, replace: false })).toMatchObject({ ready: false, standing: 1, lines: [{ kind: 'wrong', problems: [{ code: 'stands' }], before: { value: 63 } }, { kind: 'new' }] })
    await expect(importIndicators(db, administrator, { digest, replace: false })).rejects.toMatchObject({ code: 'indicators.wrong-lines' })
    expect([await db.$count(indicatorValues), await db.$count(entries)]).toEqual([stood, 0])

    expect(await previewIndicators(db, administrator, { digest, replace: true })).toMatchObject({ ready: true, counts: { new: 1, changed: 1, wrong: 0 } })
    expect(await importIndicators(db, administrator, { digest, replace: true })).toEqual({ added: 1, replaced: 1 })
    expect((await danger(db))![0]!.values.map(({ year, value }) => [year, value])).toEqual([[2016, 51], [2017, 64.5], [2018, 66]])
    const all = (await listIndicators(db, administrator, { indicator: 'danger-signs', year: 2017, replaced: true })).items
    expect(all.map(({ value, replacedAt }) => [value, replacedAt !== null]).toSorted()).toEqual([[63, true], [64.5, false]])
    expect((await toldOf(db)).map(({ facts }) => [facts['value'], facts['before'], facts['replaces']])).toEqual([[64.5, 63, all.find(({ value }) => value === 63)!.id], [66, null, null]])
  })

  test('two who take the same list in at once enter it once', async ({ db }) => {
    const [one, other] = [await anAdministrator(db), await anAdministrator(db)]
    await aRegion(db)
    const bytes = list('danger-signs;KZ-43;;2017;63;UNICEF')
    const kept = [await uploadIndicators(db, one, { bytes }), await uploadIndicators(db, other, { bytes })]
    const done = await Promise.all([importIndicators(db, one, { ...kept[0]!, replace: false }), importIndicators(db, other, { ...kept[1]!, replace: false })])
    expect(done.map(({ added }) => added).toSorted()).toEqual([0, 1])
    expect([await db.$count(indicatorValues), await db.$count(entries)]).toEqual([1, 1])
  })

  test('what is exported is taken in again as it is, in each language: places of one name too', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db)
    await importStory(db, system('test'))
    const twins = [await aFacility(db, { names: texts('Орталық аудандық ауруханасы') }), await aFacility(db, { names: texts('Орталық аудандық ауруханасы') }), await aFacility(db)]
    await db.insert(indicatorValues).values(twins.map(({ id }, at) => ({ indicator: 'danger-signs', facilityId: id, year: 2025, value: 50.5 + at, source: '=Есеп; «№ 12», "1"' })))
    const standing = await db.$count(indicatorValues)
    for (const locale of ['kk', 'ru', 'en'] as const) {
      const file = await exportIndicators(db, administrator, { locale })
      expect(file.rows).toBe(standing)
      const { digest } = await uploadIndicators(db, administrator, { bytes: file.bytes })
      const preview = await previewIndicators(db, administrator, { digest, replace: false })
      expect(preview.lines.flatMap(({ problems }) => problems)).toEqual([])
      expect(preview).toMatchObject({ counts: { new: 0, changed: 0, same: standing, wrong: 0 }, unknown: [] })
    }
    const filtered = await exportIndicators(db, administrator, { locale: 'ru', indicator: 'danger-signs', year: 2025 })
    expect(filtered.rows).toBe(3)
  })

  test('the table to fill in names every indicator, and is taken once a line is filled in', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db)
    const { bytes, rows } = await indicatorsTemplate(db, administrator)
    expect(rows).toBe(indicators().length)
    await expect(uploadIndicators(db, administrator, { bytes })).rejects.toMatchObject({ code: 'indicators.no-lines' })
    const filled = Buffer.from(Buffer.from(bytes).toString().replaceAll(';;;;\r\n', ';KZ-43;;2025;5;Есеп\r\n').replaceAll(';;KZ', ';KZ'))
    const { digest } = await uploadIndicators(db, administrator, { bytes: filled })
    expect(await previewIndicators(db, administrator, { digest, replace: false })).toMatchObject({ counts: { new: rows, wrong: 0 }, ready: true })
  })

  test('the list comes page by page: every value once, later years first, by its filters', async ({ db }) => {
    const auditor = await anAuditor(db)
    await aRegion(db)
    await aRegion(db, 'KZ-71')
    await db.insert(indicatorValues).values(['danger-signs', 'infant-mortality'].flatMap((indicator) => ['KZ-43', 'KZ-71'].flatMap((regionCode) => [2015, 2016, 2017].map((year) => ({ indicator, regionCode, year, value: 5, source: 'UNICEF' })))))
    const seen: string[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await listIndicators(db, auditor, { limit: 5, ...(cursor ? { cursor } : {}) })
      seen.push(...page.items.map(({ year, indicator, region }) => `${year} ${indicator} ${region}`))
      cursor = page.cursor
    }
    expect(seen).toEqual([2017, 2016, 2015].flatMap((year) => ['danger-signs', 'infant-mortality'].flatMap((indicator) => ['KZ-43', 'KZ-71'].map((region) => `${year} ${indicator} ${region}`))))
    expect((await listIndicators(db, auditor, { region: 'KZ-71', indicator: 'danger-signs', year: 2016 })).items).toHaveLength(1)
  })

  test('is for administrators; auditors may read, nobody else', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db)
    const bytes = list('danger-signs;KZ-43;;2017;63;UNICEF')
    const kept = { ...(await uploadIndicators(db, administrator, { bytes })), replace: false }
    const [auditor, coordinator, trainee] = [await anAuditor(db), await aCoordinator(db, (await aCentre(db)).id), await aTrainee(db)]
    for (const actor of [auditor, coordinator, trainee]) {
      for (const asked of [() => uploadIndicators(db, actor, { bytes }), () => previewIndicators(db, actor, kept), () => importIndicators(db, actor, kept), () => indicatorsTemplate(db, actor)]) await expect(asked()).rejects.toMatchObject({ code: 'permission.denied' })
    }
    for (const actor of [coordinator, trainee]) for (const asked of [() => listIndicators(db, actor, {}), () => exportIndicators(db, actor, { locale: 'kk' })]) await expect(asked()).rejects.toMatchObject({ code: 'permission.denied' })
    expect((await listIndicators(db, auditor, {})).items).toEqual([])
    expect(await db.$count(indicatorValues)).toBe(0)
  })
})
