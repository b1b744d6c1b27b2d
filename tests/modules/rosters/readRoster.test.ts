import { randomBytes } from 'node:crypto'
import { maximumBytes, mostImported, previewRoster, readRoster } from '#modules/rosters/index.ts'
import { expect, test } from '#tests/database.ts'
import { clean, kyzylorda, text } from './files.ts'
import { multitude } from './multitude.ts'

test('a roster is read in another thread, row by row as in this one', async () => {
  const { head, rows } = await readRoster(clean)
  expect(head).toMatchObject({ encoding: 'UTF-8', separator: ';', headerLine: 1 })
  expect(rows).toHaveLength(30)
})

test('a refusal in the other thread is a refusal here', async () => {
  await expect(readRoster(Buffer.from('%PDF-1.7'))).rejects.toMatchObject({ name: 'Refusal', code: 'roster.is-pdf' })
})

test('many files at once are read one after another, each with its own answer', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => readRoster(Buffer.from(text.split('\n').slice(0, index + 2).join('\n')))))
  expect(answers.map(({ rows }) => rows.length)).toEqual([1, 2, 3, 4, 5])
})

test('a file above 32 MB is refused before it is read', async () => {
  await expect(readRoster(new Uint8Array(maximumBytes + 1))).rejects.toMatchObject({ code: 'roster.too-large', facts: { megabytes: 32 } })
})

test('random bytes are refused or read, and the next file is read all the same', async () => {
  for (let run = 0; run < 3; run++) await readRoster(randomBytes(5000)).catch((error: unknown) => expect(error).toHaveProperty('name', 'Refusal'))
  expect((await readRoster(clean)).rows).toHaveLength(30)
})

/**
 * How long this thread kept the event loop to itself, in milliseconds of its own work between two turns of a timer: what
 * other people's requests would have waited, on a machine that has nothing else to do.
 */
function watchLoop() {
  const held: number[] = []
  const used = () => Object.values(process.threadCpuUsage()).reduce((sum, microseconds) => sum + microseconds, 0) / 1000
  let before = used()
  const timer = setInterval(() => {
    const now = used()
    held.push(now - before)
    before = now
  }, 1)
  return () => {
    clearInterval(timer)
    held.sort((a, b) => a - b)
    return { longest: held.at(-1)!, mostly: held[Math.floor(held.length * 0.99)]!, turns: held.length }
  }
}

test('previewing 100,000 people doesn’t keep anybody else waiting', { timeout: 240_000 }, async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const bytes = multitude(100_000)
  const stop = watchLoop()
  const started = performance.now()

  const preview = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })

  const seconds = (performance.now() - started) / 1000
  const { longest, mostly, turns } = stop()
  console.log(`100,000 rows previewed in ${seconds.toFixed(1)} s; the loop was held ${longest.toFixed(0)} ms at most, in 99 of 100 turns below ${mostly.toFixed(0)} ms`)
  expect(preview.rows).toHaveLength(100_000)
  expect(preview.above).toBe(mostImported)
  expect(turns).toBeGreaterThan(100)
  expect(longest).toBeLessThan(500)
})
