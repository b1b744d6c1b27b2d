import { system, visitor } from '#modules/actor.ts'
import { entriesFrom, exportLedger } from '#modules/ledger/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aTrainee } from '#tests/factories.ts'
import { aLedger } from './ledgers.ts'

test('an auditor reads entries page by page, each once and in order', async ({ db }) => {
  const auditor = await anAuditor(db)
  await aLedger(db, 23)
  const seen: number[] = []
  for (let from: number | null = 1; from; ) {
    const page: Awaited<ReturnType<typeof entriesFrom>> = await entriesFrom(db, auditor, { from, limit: 10 })
    seen.push(...page.items.map((item) => item.seq))
    from = page.cursor
  }
  expect(seen).toEqual(Array.from({ length: 23 }, (_, index) => index + 1))
})

test('entries can be asked by kind', async ({ db }) => {
  await aLedger(db, 9)
  const { items } = await entriesFrom(db, system('test'), { kinds: ['cohort.enrolled'] })
  expect(items.map((item) => item.seq)).toEqual([3, 6, 9])
})

test('nobody but auditors and the system reads or exports entries', async ({ db }) => {
  for (const actor of [visitor, await aTrainee(db), await aCoordinator(db, (await aCentre(db)).id), await anAdministrator(db)]) {
    await expect(entriesFrom(db, actor, {})).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(exportLedger(db, actor, {})).rejects.toMatchObject({ code: 'permission.denied' })
  }
  expect((await entriesFrom(db, system('test'), {})).items).toEqual([])
})
