import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '#db/environment.ts'
import { enrolments } from '#db/schema/index.ts'
import { confirmRoster, forgetKeptRosters, importKeptRoster, previewKeptRoster, uploadRoster } from '#modules/rosters/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCoordinator } from '#tests/factories.ts'
import { clean, kyzylorda, roster } from './files.ts'

const folder = () => join(environment().dataDir, 'rosters')
const files = () => readdirSync(folder()).map((name) => join(folder(), name))

test('an uploaded roster lies sealed, readable by the service alone, under a name that says nothing', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const { digest } = await uploadRoster(db, coordinator, { cohortId: cohort.id, bytes: clean })
  const [file] = files()
  expect(statSync(file!).mode & 0o777).toBe(0o600)
  expect(file).not.toContain(digest)
  const stored = readFileSync(file!)
  for (const secret of ['Рақымбаева', '010315604155', Buffer.from('Рақымбаева').toString('base64').slice(0, 12)]) expect(stored.includes(secret)).toBe(false)
  await forgetKeptRosters(Date.now() + 2 * 3_600_000)
})

test('upload, answer, import: the file is gone afterwards', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const bytes = roster('Иванова;Шолпан;Ерланқызы;323614283;;;;')
  const file = { cohortId: cohort.id, ...(await uploadRoster(db, coordinator, { cohortId: cohort.id, bytes })) }
  expect(await previewKeptRoster(db, coordinator, file)).toMatchObject({ ready: false, confirmed: [] })
  await expect(importKeptRoster(db, coordinator, file)).rejects.toMatchObject({ code: 'roster.has-errors' })

  await confirmRoster(db, coordinator, { ...file, confirmed: ['2:iin'] })
  expect(await previewKeptRoster(db, coordinator, file)).toMatchObject({ ready: true, confirmed: ['2:iin'] })
  expect(await importKeptRoster(db, coordinator, { ...file, confirmed: ['2:iin'] })).toMatchObject({ created: 1, enrolled: 1 })
  expect(files()).toEqual([])
  await expect(previewKeptRoster(db, coordinator, file)).rejects.toMatchObject({ code: 'roster.expired' })
})

test('nobody else can preview or import an uploaded roster, not even at the same centre', async ({ db }) => {
  const { centre, cohort, coordinator } = await kyzylorda(db)
  const { digest } = await uploadRoster(db, coordinator, { cohortId: cohort.id, bytes: clean })
  const colleague = await aCoordinator(db, centre.id)
  await expect(previewKeptRoster(db, colleague, { cohortId: cohort.id, digest })).rejects.toMatchObject({ code: 'roster.expired' })
  await expect(importKeptRoster(db, colleague, { cohortId: cohort.id, digest })).rejects.toMatchObject({ code: 'roster.expired' })
  expect(await db.$count(enrolments)).toBe(0)
  await forgetKeptRosters(Date.now() + 2 * 3_600_000)
})

test('after an hour an uploaded roster is neither used nor kept', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const { digest } = await uploadRoster(db, coordinator, { cohortId: cohort.id, bytes: clean })
  const [file] = files()
  utimesSync(file!, new Date(), new Date(Date.now() - 3_601_000))
  await expect(previewKeptRoster(db, coordinator, { cohortId: cohort.id, digest })).rejects.toMatchObject({ code: 'roster.expired' })
  await forgetKeptRosters()
  expect(files()).toEqual([])
})

test('a file that can’t be read is not kept', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  await expect(uploadRoster(db, coordinator, { cohortId: cohort.id, bytes: Buffer.from('%PDF-1.7') })).rejects.toMatchObject({ code: 'roster.is-pdf' })
  expect(files()).toEqual([])
})

test('the thirty-first upload of an hour is refused', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const upload = () => uploadRoster(db, coordinator, { cohortId: cohort.id, bytes: new Uint8Array(0) })
  for (let time = 0; time < 30; time++) await expect(upload()).rejects.toMatchObject({ code: 'roster.empty' })
  await expect(upload()).rejects.toMatchObject({ code: 'limit.too-many' })
})
