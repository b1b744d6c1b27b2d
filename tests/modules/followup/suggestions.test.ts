import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { suggestions } from '#db/schema/index.ts'
import {
  addSuggestion,
  addSuggestionInput,
  changeSuggestion,
  complaintsBy,
  exportSuggestions,
  listSuggestions,
  suggestionFigures,
} from '#modules/followup/index.ts'
import { readCsv } from '#modules/table.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAuditor, aTrainee, aTrainer } from '#tests/factories.ts'
import { daysAgo, told } from './cast.ts'

async function aDesk(db: Db) {
  const centreId = (await aCentre(db)).id
  return {
    centreId,
    coordinator: await aCoordinator(db, centreId),
    trainer: await aTrainer(db, centreId),
    stranger: await aCoordinator(db, (await aCentre(db)).id),
  }
}
const stored = async (db: Db, id: string) => (await db.select().from(suggestions).where(eq(suggestions.id, id)))[0]!

describe('adding a suggestion', () => {
  test('with its source, owner and day; it begins new', async ({ db }) => {
    const { centreId, coordinator, trainer } = await aDesk(db)
    const { id } = await addSuggestion(
      db,
      trainer,
      addSuggestionInput.parse({
        centreId,
        source: 'focus-group',
        text: ' Тәжірибеге көбірек уақыт\r\nберу ',
        ownerId: coordinator.personId!,
        dueOn: daysAgo(-5),
      }),
    )
    expect(await stored(db, id)).toMatchObject({
      state: 'new',
      source: 'focus-group',
      text: 'Тәжірибеге көбірек уақыт\nберу',
      ownerId: coordinator.personId,
      endedAt: null,
    })
  })

  test('nobody of another centre may, none may own it, and no course of theirs is there', async ({ db }) => {
    const { centreId, coordinator, stranger } = await aDesk(db)
    const theirs = await aCohort(db)
    const one = { centreId, source: 'complaint' as const, text: 'Бөлме суық' }
    await expect(addSuggestion(db, stranger, one)).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(addSuggestion(db, await aTrainee(db), one)).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(addSuggestion(db, coordinator, { ...one, ownerId: stranger.personId! })).rejects.toMatchObject({ code: 'suggestion.owner' })
    await expect(addSuggestion(db, coordinator, { ...one, cohortId: theirs.id })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await db.$count(suggestions)).toBe(0)
  })
})

describe('changing a suggestion', () => {
  test('a coordinator any, its owner the own, another trainer none', async ({ db }) => {
    const { centreId, coordinator, trainer, stranger } = await aDesk(db)
    const { id } = await addSuggestion(db, coordinator, { centreId, source: 'evaluation', text: 'Таразы жетпейді', ownerId: trainer.personId! })
    await changeSuggestion(db, trainer, { suggestionId: id, state: 'in-progress', ownerId: trainer.personId! })
    const other = await aTrainer(db, centreId)
    await expect(changeSuggestion(db, other, { suggestionId: id, state: 'done' })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(changeSuggestion(db, stranger, { suggestionId: id, state: 'done' })).rejects.toMatchObject({ code: 'object.not-found' })
    expect((await stored(db, id)).state).toBe('in-progress')
    await changeSuggestion(db, coordinator, { suggestionId: id, state: 'done', outcome: 'Екі таразы алынды' })
    expect(await stored(db, id)).toMatchObject({ state: 'done', outcome: 'Екі таразы алынды', ownerId: null, endedAt: expect.any(Date) })
  })

  test('declining says why; what was ended can be taken up again', async ({ db }) => {
    const { centreId, coordinator } = await aDesk(db)
    const { id } = await addSuggestion(db, coordinator, { centreId, source: 'round-table', text: 'Курсты үш күнге қысқарту' })
    await expect(changeSuggestion(db, coordinator, { suggestionId: id, state: 'declined' })).rejects.toMatchObject({ code: 'suggestion.reason' })
    expect((await stored(db, id)).state).toBe('new')
    await changeSuggestion(db, coordinator, { suggestionId: id, state: 'declined', outcome: 'Бағдарлама 40 сағат' })
    await changeSuggestion(db, coordinator, { suggestionId: id, state: 'in-progress', outcome: 'Қайта қаралады' })
    expect(await stored(db, id)).toMatchObject({ state: 'in-progress', endedAt: null })
  })
})

describe('the list of suggestions', () => {
  test('thirty, eight done, twenty-two in progress, and those late among them', async ({ db }) => {
    const { centreId, coordinator, trainer } = await aDesk(db)
    for (let n = 0; n < 30; n++) {
      const { id } = await addSuggestion(db, coordinator, { centreId, source: 'focus-group', text: `Ұсыныс ${n}`, dueOn: daysAgo(n < 12 ? 5 : -20) })
      await changeSuggestion(db, coordinator, {
        suggestionId: id,
        state: n < 8 ? 'done' : 'in-progress',
        dueOn: daysAgo(n < 12 ? 5 : -20),
        ownerId: n % 2 ? trainer.personId! : undefined,
      })
    }
    expect(await suggestionFigures(db, trainer)).toEqual({ all: 30, new: 0, 'in-progress': 22, done: 8, declined: 0, overdue: 4 })
    const late = await listSuggestions(db, trainer, { state: 'overdue' })
    expect(late.items.map((one) => one.overdue)).toEqual([true, true, true, true])
    expect((await listSuggestions(db, trainer, { state: 'open', limit: 200 })).items).toHaveLength(22)
    expect((await listSuggestions(db, trainer, { owner: 'none', state: 'done' })).items).toHaveLength(4)
    expect((await listSuggestions(db, trainer, { q: 'ұсыныс 29' })).items.map((one) => one.text)).toEqual(['Ұсыныс 29'])
    expect((await listSuggestions(db, trainer, { q: '%' })).items).toEqual([])
    const first = await listSuggestions(db, trainer, { limit: 20 })
    expect((await listSuggestions(db, trainer, { limit: 20, cursor: first.cursor! })).items).toHaveLength(10)
  })

  test('is empty for another centre, and a trainee has none', async ({ db }) => {
    const { centreId, coordinator, stranger } = await aDesk(db)
    await addSuggestion(db, coordinator, { centreId, source: 'complaint', text: 'Шу' })
    for (const one of [stranger, await aTrainee(db)]) {
      expect((await listSuggestions(db, one, {})).items).toEqual([])
      expect((await suggestionFigures(db, one)).all).toBe(0)
      expect(await complaintsBy(db, one)).toEqual([])
    }
  })

  test('complaints are counted by centre and course; an auditor sees all', async ({ db }) => {
    const { centreId, coordinator, stranger } = await aDesk(db)
    const cohort = await aCohort(db, { centreId })
    const complain = (cohortId?: string) => addSuggestion(db, coordinator, { centreId, source: 'complaint', text: 'Бөлме тар', cohortId })
    const { id } = await complain(cohort.id)
    await complain(cohort.id)
    await complain()
    await addSuggestion(db, coordinator, { centreId, source: 'evaluation', text: 'Кесте', cohortId: cohort.id })
    await addSuggestion(db, stranger, { centreId: stranger.memberships[0]!.centreId!, source: 'complaint', text: 'Шу' })
    await changeSuggestion(db, coordinator, { suggestionId: id, state: 'done' })
    const counted = await complaintsBy(db, coordinator)
    expect(counted.map((row) => [row.course?.en ?? null, row.complaints, row.open])).toEqual([
      ['IMCI', 2, 1],
      [null, 1, 1],
    ])
    expect((await complaintsBy(db, await anAuditor(db))).reduce((sum, row) => sum + row.complaints, 0)).toBe(4)
  })

  test('is exported whole, safe for a spreadsheet, and the ledger tells it', async ({ db }) => {
    const { centreId, coordinator } = await aDesk(db)
    await addSuggestion(db, coordinator, { centreId, source: 'complaint', text: '=HYPERLINK("x")' })
    const file = await exportSuggestions(db, coordinator, { locale: 'ru', format: 'csv' })
    expect(readCsv(Buffer.from(file.bytes).toString())[1]![2]).toBe('\'=HYPERLINK("x")')
    expect(file.rows).toBe(1)
    expect((await exportSuggestions(db, coordinator, { locale: 'kk', format: 'xlsx' })).bytes.length).toBeGreaterThan(1000)
    expect(await told(db)).toEqual(['list.exported', 'list.exported'])
    await expect(exportSuggestions(db, await aTrainee(db), { locale: 'ru', format: 'csv' })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})
