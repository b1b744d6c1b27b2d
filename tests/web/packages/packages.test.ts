import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { describe } from 'vitest'
import { environment } from '#db/environment.ts'
import { downloads, entries, packages } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { latestEditions, publishCourse } from '#modules/courses/index.ts'
import { buildDue, buildPackage, makeHere, openPackage, packagesOf } from '#modules/packages/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { expect, test } from '#tests/database.ts'

// On the texts that the build has rendered.

const clock = system('test')
const refusal = (error: unknown) => (error instanceof Refusal ? error.code : String(error))

describe('packages of the real courses', () => {
  test('what was built stands: the same again, told to the ledger once, and made anew with the same bytes when the disk lost it', { timeout: 120_000 }, async ({ db }) => {
    await publishCourse(db, clock, { course: 'emergency', demonstration: true })
    const [edition] = await latestEditions(db)
    const ask = { editionId: edition!.id, locale: 'ru', format: 'gift' } as const
    const once = await buildPackage(db, clock, ask)
    expect(once).toMatchObject({ version: '1.1.0', gated: true })
    const { path, fileName } = await openPackage(db, clock, { packageId: once.id })
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(once.sha256)
    expect(fileName).toMatch(/^emergency-1\.1\.0-ru-gift\./)
    rmSync(join(environment().dataDir, 'packages', once.sha256))
    expect(await buildPackage(db, clock, ask)).toEqual(once)
    rmSync(join(environment().dataDir, 'packages', once.sha256))
    expect(await openPackage(db, clock, { packageId: once.id }).catch(refusal)).toBe('package.being-made')
    expect(await buildDue(db, makeHere())).toBe(1)
    expect(statSync((await openPackage(db, clock, { packageId: once.id })).path).size).toBe(once.bytes)
    expect(await db.$count(packages)).toBe(1)
    expect(await db.$count(entries, eq(entries.kind, 'package.built'))).toBe(1)
    expect(await db.$count(downloads)).toBe(2)
  })

  test('keys reach nobody but those who teach; a book is for everybody', { timeout: 120_000 }, async ({ db }) => {
    await publishCourse(db, clock, { course: 'emergency', demonstration: true })
    const [edition] = await latestEditions(db)
    const bank = await buildPackage(db, clock, { editionId: edition!.id, locale: 'kk', format: 'gift' })
    const book = await buildPackage(db, clock, { editionId: edition!.id, locale: 'kk', format: 'epub-3' })
    expect(await openPackage(db, visitor, { packageId: bank.id }).catch(refusal)).toMatch(/^permission|session/)
    expect(await buildPackage(db, visitor, { editionId: edition!.id, locale: 'ru', format: 'gift' }).catch(refusal)).toMatch(/^permission|session/)
    expect((await openPackage(db, visitor, { packageId: book.id })).type).toBe('application/epub+zip')
    expect((await packagesOf(db, visitor)).map((one) => [one.format, one.mine])).toEqual([['epub-3', true], ['gift', false]])
    expect(await db.select({ person: downloads.personId }).from(downloads)).toEqual([{ person: null }])
  })
})
