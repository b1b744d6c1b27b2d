import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { environment } from '#db/environment.ts'

/** How many days a file is kept: a year, and what a late reader needs. */
export const keptDays = 400

/** Files lie beside the database, where a machine that copies folders finds them too. */
export const aggregateFolder = () => join(environment().dataDir, 'aggregates')

export const aggregatePath = (day: string) => join(aggregateFolder(), `${day}.json`)
export const digestPath = (day: string) => `${aggregatePath(day)}.sha256`

export const hasAggregate = (day: string) => existsSync(aggregatePath(day)) && existsSync(digestPath(day))

/** Days of which there is a file, the latest first. */
export async function aggregateDays(): Promise<string[]> {
  if (!existsSync(aggregateFolder())) return []
  const days = (await readdir(aggregateFolder())).flatMap((name) => /^([0-9]{4}-[0-9]{2}-[0-9]{2})\.json$/.exec(name)?.[1] ?? [])
  return days.filter(hasAggregate).toSorted().toReversed()
}

export type KeptAggregate = { day: string; bytes: number; sha256: string }

export async function factsOf(day: string): Promise<KeptAggregate> {
  const [{ size }, digest] = await Promise.all([stat(aggregatePath(day)), readFile(digestPath(day), 'utf8')])
  return { day, bytes: size, sha256: digest.slice(0, 64) }
}

/** The file of a day that is there with the digest of its very bytes, or null: of any other nobody was told, and it is made anew. */
export async function wholeFile(day: string): Promise<(KeptAggregate & { rows: number }) | null> {
  if (!hasAggregate(day)) return null
  const [facts, file] = [await factsOf(day), await readFile(aggregatePath(day))]
  if (createHash('sha256').update(file).digest('hex') !== facts.sha256) return null
  return { ...facts, rows: (JSON.parse(file.toString('utf8')) as { cells: unknown[] }).cells.length }
}

/** Writes a file whole or not at all; the digest last, so that a file without one is none. */
export async function keepAggregate(day: string, text: string, digest: string): Promise<void> {
  await mkdir(aggregateFolder(), { recursive: true })
  for (const [path, content] of [[aggregatePath(day), text], [digestPath(day), `${digest}  ${day}.json\n`]] as const) {
    const draft = join(aggregateFolder(), `.${randomUUID()}`)
    const file = await open(draft, 'wx', 0o640)
    await file.writeFile(content)
    await file.sync()
    await file.close()
    await rename(draft, path)
  }
}
