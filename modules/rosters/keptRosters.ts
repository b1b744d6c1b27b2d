import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environment } from '#db/environment.ts'
import type { Actor } from '#modules/actor.ts'
import { keyedHash, seal, unseal } from '#modules/keys/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { digestOf } from './previewRoster.ts'

// A roster between its preview and its import. It holds personal numbers, so it lies sealed in a file that only the
// service can read, under a name that says nothing, for an hour at most; not in the database, whose backups would keep it.

const hour = 3_600_000
const folder = () => join(environment().dataDir, 'rosters')

/** Where one person's file lies: nobody else can name it, and nobody else's seal opens it. */
const placeOf = (actor: Actor, digest: string) => {
  const owner = `rosters|${actor.personId ?? actor.system}|${digest}`
  return { owner, path: join(folder(), keyedHash('lookup', owner).toString('hex')) }
}

/** Keeps a file, and what has been agreed to about it, for whoever uploaded it. Answers its digest. */
export async function keepRoster(actor: Actor, bytes: Uint8Array, confirmed: readonly string[] = []): Promise<{ digest: string }> {
  await forgetKeptRosters()
  const digest = digestOf(bytes)
  const { owner, path } = placeOf(actor, digest)
  await mkdir(folder(), { recursive: true, mode: 0o700 })
  await writeFile(path, seal(`${JSON.stringify(confirmed)}\n${Buffer.from(bytes).toString('base64')}`, owner), { mode: 0o600 })
  return { digest }
}

/** The file again, with what was agreed to. Refuses `roster.expired` when it was not kept by this person, was imported, or is older than an hour. */
export async function keptRoster(actor: Actor, digest: string): Promise<{ bytes: Buffer; confirmed: string[] }> {
  const { owner, path } = placeOf(actor, digest)
  try {
    if (Date.now() - (await stat(path)).mtimeMs > hour) throw new Error('too old')
    const text = unseal(await readFile(path), owner)
    const end = text.indexOf('\n')
    return { bytes: Buffer.from(text.slice(end + 1), 'base64'), confirmed: JSON.parse(text.slice(0, end)) as string[] }
  } catch {
    throw new Refusal('roster.expired')
  }
}

export const forgetRoster = (actor: Actor, digest: string) => rm(placeOf(actor, digest).path, { force: true })

/** Deletes every file older than an hour. Safe to run at any time and from several processes. */
export async function forgetKeptRosters(now = Date.now()): Promise<void> {
  for (const name of await readdir(folder()).catch(() => [])) {
    const path = join(folder(), name)
    const age = await stat(path).then(({ mtimeMs }) => now - mtimeMs, () => 0)
    if (age > hour) await rm(path, { force: true })
  }
}
