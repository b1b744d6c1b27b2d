import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PDFDocument } from 'pdf-lib'
import { describe } from 'vitest'
import { signInSheet } from '#modules/rosters/index.ts'
import { drawSheets, type SheetFacts } from '#modules/rosters/signInSheet.ts'
import { dateRange, locales, shortDate, t } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aPerson, aTrainee, aTrainer, seated } from '#tests/factories.ts'

const canLook = spawnSync('pdftotext', ['-v']).status === 0
const days = ['2027-03-01', '2027-03-02', '2027-03-03', '2027-03-04', '2027-03-05']
const facts = (people: number, change: Partial<SheetFacts> = {}): SheetFacts => ({
  locale: 'kk', title: 'Қол қою парағы', course: 'Бала жасындағы ауруларды интеграциялап жүргізу (БЖАИЖ)', place: 'Қызылорда ресурстық орталығы · 2027 жылғы 1–5 наурыз · Аудитория: 1-зал', trainers: null, demonstration: true, days,
  people: Array.from({ length: people }, (_, index) => ({ seat: index + 1, name: `Әбдіғұлова Ұлжан Өміртайқызы ${index + 1}` })), ...change,
})

/** The text of each page, as poppler reads it. */
function read(bytes: Uint8Array): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'besik-sheet-'))
  try {
    writeFileSync(join(folder, 'a.pdf'), bytes)
    return execFileSync('pdftotext', ['-layout', join(folder, 'a.pdf'), '-'], { encoding: 'utf8' }).split('\f').slice(0, -1)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
const pages = async (bytes: Uint8Array) => (await PDFDocument.load(bytes)).getPageCount()

test.for([[0, 5, 1], [1, 5, 1], [25, 5, 1], [26, 5, 2], [300, 5, 12], [26, 7, 4], [3, 10, 2]])('%i people and %i days are %i pages', async ([people, length, count]) => {
  const some = Array.from({ length: length! }, (_, index) => `2027-03-${String(index + 1).padStart(2, '0')}`)
  expect(await pages(await drawSheets(facts(people!, { days: some })))).toBe(count)
})

test('a letter that the typeface lacks leaves a sign and never stops the sheet', async () => {
  await expect(drawSheets(facts(0, { people: [{ seat: 1, name: '王芳 გიორგი' }, { seat: 2, name: 'Ṩmith' }] }))).resolves.toBeInstanceOf(Uint8Array)
})

describe.skipIf(!canLook)(`as it reads${canLook ? '' : ' (needs poppler)'}`, () => {
  test('every page has the heading and at most twenty-five people, each of them once, in every Kazakh letter', async () => {
    const sheet = read(await drawSheets(facts(60)))
    expect(sheet).toHaveLength(3)
    for (const [index, page] of sheet.entries()) {
      expect(page).toContain('Бала жасындағы ауруларды интеграциялап жүргізу (БЖАИЖ)')
      expect(page).toContain(t('kk', 'sign-in-sheet.page', { page: index + 1, pages: 3 }))
      for (const day of days) expect(page).toContain(shortDate('kk', day))
    }
    expect(sheet.map((page) => page.match(/Әбдіғұлова Ұлжан Өміртайқызы/g)?.length)).toEqual([25, 25, 10])
    expect([...sheet.join('\n').matchAll(/Өміртайқызы (\d+)/g)].map(([, n]) => Number(n))).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
  })

  test('each of the Kazakh letters is a letter when the text is copied', async () => {
    const letters = 'ӘәІіҢңҒғҮүҰұҚқӨөҺһ'
    expect(read(await drawSheets(facts(0, { people: [{ seat: 1, name: letters }] }))).join('')).toContain(letters)
  })

  test.for(locales)('in %s it tells the group, its people by seat and its trainers', async (locale, { db }) => {
    const cohort = await aCohort(db, { state: 'running' })
    const people = [await aPerson(db, { familyName: 'Қасымова', givenName: 'Әлия', patronymic: null }), await aPerson(db, { familyName: 'Ғабитов', givenName: 'Өмір', patronymic: null })]
    await seated(db, cohort, ...people.map((one) => one.id))
    const trainer = await aTrainer(db, cohort.centreId)
    const { name, bytes } = await signInSheet(db, trainer, { cohortId: cohort.id, locale })
    const [page] = read(bytes)
    expect(name).toBe('besik-sign-in-sheet-2027-03-01.pdf')
    for (const text of [t(locale, 'sign-in-sheet.title'), dateRange(locale, '2027-03-01', '2027-03-05'), t(locale, 'sign-in-sheet.trainer-signature'), 'Қасымова Әлия', 'Ғабитов Өмір']) expect(page).toContain(text)
    expect(page!.indexOf('Қасымова')).toBeLessThan(page!.indexOf('Ғабитов'))
  })
})

test('it is for the centre’s own people', async ({ db }) => {
  const cohort = await aCohort(db, { state: 'running' })
  for (const actor of [await aTrainee(db, { email: 'somebody@example.kz' }), await aCoordinator(db, (await aCentre(db)).id)]) {
    await expect(signInSheet(db, actor, { cohortId: cohort.id, locale: 'ru' })).rejects.toMatchObject({ code: 'object.not-found' })
  }
})
