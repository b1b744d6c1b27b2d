import { eq, sql } from 'drizzle-orm'
import { rmSync, writeFileSync } from 'node:fs'
import type { Db } from '#db/client.ts'
import { entries, packageBuilds, packageLocales, packages } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { formats } from '#modules/packages/formats.ts'
import { askPackage, buildDue, buildPackage, buildsInHand, downloadsOf, forms, openPackage, packagesOf, shelfOf, stockShelf } from '#modules/packages/index.ts'
import { nextVersion } from '#modules/packages/buildPackage.ts'
import { keepBytes, pathOf } from '#modules/packages/keep.ts'
import type { Make } from '#modules/packages/make.ts'
import { Refusal } from '#modules/refusal.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, anAuditor, anEdition, aTrainee, aTrainer } from '#tests/factories.ts'

const clock = system('test')
const code = (error: unknown) => (error instanceof Refusal ? error.code : String(error))

/** Makes a package of its name and version alone, and tells what it was asked for. */
const making = (told: string[] = [], say: (name: string) => string = (name) => name): Make => async ({ source, locale, format, version }) => {
  told.push(`${locale} ${format} ${version}`)
  const bytes = Buffer.from(say(`${source.edition.id} ${locale} ${format} ${version}`))
  return { sha256: await keepBytes(bytes), bytes: bytes.length, contents: [] }
}
const wanted = (editionId: string) => ({ editionId, locale: 'kk', format: 'gift' }) as const
/** As if the program had been changed since. */
const age = (db: Db, editionId: string) => db.update(packages).set({ sourceHash: sql`md5(${packages.sourceHash}) || md5(${packages.id}::text)` }).where(eq(packages.editionId, editionId))

test('what is said of a form is what writes it', () => {
  const said = new Map(forms.map(({ format, extension, type, gated }) => [format, { extension, type, gated }]))
  expect(formats.length).toBeGreaterThan(6)
  for (const { format, extension, type, gated } of formats) expect([format, said.get(format)]).toEqual([format, { extension, type, gated }])
})

describe('a shelf', () => {
  test('is stocked with every form in every language of the newest edition, once', async ({ db }) => {
    await anEdition(db, { number: 1 })
    expect(await stockShelf(db)).toBe(forms.length * packageLocales.length)
    expect(await stockShelf(db)).toBe(0)
    expect(await buildDue(db, making())).toBe(forms.length * packageLocales.length)
    expect(await db.$count(packageBuilds)).toBe(0)
    expect(await stockShelf(db)).toBe(0)
    expect(await db.$count(packages)).toBe(forms.length * packageLocales.length)
  })

  test('gets again what the disk has lost or damaged, and what would now be written from something else', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    await stockShelf(db)
    await buildDue(db, making())
    const [one, other] = await db.select().from(packages).limit(2)
    rmSync(pathOf(one!.sha256))
    writeFileSync(pathOf(other!.sha256), 'something else')
    expect(await stockShelf(db)).toBe(2)
    expect(await buildDue(db, making())).toBe(2)
    expect(await stockShelf(db)).toBe(0)
    await age(db, id)
    expect(await stockShelf(db)).toBe(forms.length * packageLocales.length)
  })

  test('leaves what was refused until somebody asks or its source has changed', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    await askPackage(db, clock, wanted(id))
    const refuses: Make = async () => { throw new Refusal('package.text-changed', { course: 'x', number: 1, texts: 'a' }) }
    expect(await buildDue(db, refuses)).toBe(0)
    expect((await shelfOf(db, visitor, { course: 'imci' })).lines.find((one) => one.format === 'gift')!.copies[0]).toEqual({ locale: 'kk', standing: null, build: { state: 'failed', code: 'package.text-changed', facts: { course: 'x', number: 1, texts: 'a' } } })
    const told: string[] = []
    await buildDue(db, making(told))
    expect(told).toEqual([])
    await stockShelf(db)
    await buildDue(db, making(told))
    expect(told).not.toContain('kk gift 1.1.0')
    await askPackage(db, clock, wanted(id))
    await buildDue(db, making(told))
    expect(told).toContain('kk gift 1.1.0')
  })

  test('tries three times what fails otherwise, then says so', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    await askPackage(db, clock, wanted(id))
    let tries = 0
    const told: unknown[] = []
    const breaks: Make = () => { tries++; return Promise.reject(new Error('out of memory')) }
    expect(await buildDue(db, breaks, { told: (error) => told.push(error) })).toBe(0)
    expect([tries, told.length]).toEqual([3, 3])
    expect(await db.select({ failure: packageBuilds.failure, startedAt: packageBuilds.startedAt }).from(packageBuilds)).toEqual([{ failure: { code: 'package.could-not-be-made', facts: {} }, startedAt: null }])
  })

  test('counts no try that was broken off because the server stops', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    await askPackage(db, clock, wanted(id))
    let stopped = false
    const told: unknown[] = []
    await buildDue(db, () => { stopped = true; return Promise.reject(new Error('killed')) }, { stopped: () => stopped, told: (error) => told.push(error) })
    expect(await db.select({ attempts: packageBuilds.attempts, startedAt: packageBuilds.startedAt, failure: packageBuilds.failure }).from(packageBuilds)).toEqual([{ attempts: 0, startedAt: null, failure: null }])
    expect(told).toEqual([])
  })

  test('passes over what another process is making, and takes it when that process must have died', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    await askPackage(db, clock, wanted(id))
    await db.update(packageBuilds).set({ startedAt: sql`now() - interval '1 minute'`, attempts: 1 })
    expect(await buildDue(db, making())).toBe(0)
    expect((await shelfOf(db, visitor, { course: 'imci' })).lines.find((one) => one.format === 'gift')!.copies[0]!.build).toEqual({ state: 'making' })
    await db.update(packageBuilds).set({ startedAt: sql`now() - interval '6 minutes'` })
    expect(await buildDue(db, making())).toBe(1)
  })

  test('makes what somebody asks for before what is made ahead, and tells them how many come first', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    const trainer = await aTrainer(db, (await aCentre(db)).id)
    await stockShelf(db)
    expect(await askPackage(db, trainer, { editionId: id, locale: 'en', format: 'sources-zip' })).toEqual({ made: null, before: 0 })
    expect(await askPackage(db, trainer, { editionId: id, locale: 'en', format: 'sources-zip' })).toEqual({ made: null, before: 0 })
    const told: string[] = []
    await buildDue(db, making(told))
    expect(told[0]).toBe('en sources-zip 1.1.0')
    expect(await askPackage(db, trainer, { editionId: id, locale: 'en', format: 'sources-zip' })).toMatchObject({ made: { locale: 'en', format: 'sources-zip' } })
  })

  test('is asked by those who may have what is for those who teach', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    for (const actor of [visitor, await aTrainee(db)]) expect(await askPackage(db, actor, wanted(id)).catch(code)).toBe('permission.denied')
    expect(await db.$count(packageBuilds)).toBe(0)
  })
})

test('how often a package was taken is for the administrator and the ministry, and equals what was written down', async ({ db }) => {
  const { id } = await anEdition(db, { number: 1 })
  const bank = await buildPackage(db, clock, wanted(id), making())
  const book = await buildPackage(db, clock, { ...wanted(id), format: 'epub-3' }, making())
  const [auditor, trainer] = [await anAuditor(db), await aTrainer(db, (await aCentre(db)).id)]
  for (const actor of [auditor, trainer, trainer]) await openPackage(db, actor, { packageId: bank.id })
  await openPackage(db, trainer, { packageId: bank.id, counts: false })
  await openPackage(db, visitor, { packageId: book.id })
  await askPackage(db, trainer, { ...wanted(id), locale: 'ru' })
  expect((await downloadsOf(db, auditor)).map((one) => [one.package.format, one.times, one.month, one.colleges, one.last !== null])).toEqual([['epub-3', 1, 1, 0, true], ['gift', 3, 3, 0, true]])
  expect(await buildsInHand(db, clock)).toMatchObject([{ course: 'imci', edition: 1, locale: 'ru', format: 'gift', startedAt: null, failure: null }])
  for (const actor of [visitor, trainer]) for (const ask of [downloadsOf, buildsInHand]) expect(await ask(db, actor).catch(code)).toBe('permission.denied')
})

describe('a version', () => {
  test('is kept when another program writes the very same bytes', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    const one = await buildPackage(db, clock, wanted(id), making())
    await age(db, id)
    expect(await buildPackage(db, clock, wanted(id), making())).toEqual(one)
    expect([await db.$count(packages), await db.$count(entries, eq(entries.kind, 'package.built'))]).toEqual([1, 1])
  })

  test('goes up by itself when the bytes are others, and both stay on the shelf while the disk keeps them', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    const one = await buildPackage(db, clock, wanted(id), making())
    await age(db, id)
    await db.update(packages).set({ builtAt: sql`now() - interval '1 day'` })
    const told: string[] = []
    const two = await buildPackage(db, clock, wanted(id), making(told, (name) => `${name}!`))
    expect([one.version, two.version, told]).toEqual(['1.1.0', '1.1.1', ['kk gift 1.1.0', 'kk gift 1.1.1']])
    expect((await packagesOf(db, visitor)).map((some) => some.version)).toEqual(['1.1.1'])
    expect((await shelfOf(db, visitor, { course: 'imci' })).older).toMatchObject([{ version: '1.1.0', edition: 1, there: true }])
    expect((await openPackage(db, clock, { packageId: one.id })).fileName).toBe('imci-1.1.0-kk-gift.gift.txt')
    rmSync(pathOf(one.sha256))
    expect(await openPackage(db, clock, { packageId: one.id }).catch(code)).toBe('package.not-kept')
    expect(nextVersion('12.3.9')).toBe('12.3.10')
  })

  test('never names other bytes than it did: what can’t be made again as it was is a fault of ours', async ({ db }) => {
    const { id } = await anEdition(db, { number: 1 })
    const one = await buildPackage(db, clock, wanted(id), making())
    rmSync(pathOf(one.sha256))
    await expect(buildPackage(db, clock, wanted(id), making([], (name) => `${name}?`))).rejects.toThrow('other bytes')
  })
})
