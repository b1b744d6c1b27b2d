import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { environment } from '#db/environment.ts'

/** Where built packages are kept, each by its hash. What is lost there is built again. */
const folder = () => join(environment().dataDir, 'packages')
export const pathOf = (sha256: string) => join(folder(), sha256)

/** Keeps bytes by their SHA-256, whole or not at all, and answers it, hex. */
export async function keepBytes(bytes: Uint8Array): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await mkdir(folder(), { recursive: true })
  const draft = join(folder(), `.${sha256}.${randomUUID()}`)
  const file = await open(draft, 'wx', 0o644)
  await file.writeFile(bytes)
  await file.sync()
  await file.close()
  await rename(draft, pathOf(sha256))
  return sha256
}

/** Files that were read through and found to be what they are called, as they stood then. */
const sound = new Map<string, string>()

/** Whether the bytes of this hash are there and still what they were. A file is read through once, and again when it was touched; never into memory. */
export async function isKept(sha256: string): Promise<boolean> {
  const path = pathOf(sha256)
  const there = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!there) return false
  const mark = `${there.ino} ${there.size} ${there.mtimeNs} ${there.ctimeNs}`
  if (sound.get(path) === mark) return true
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  if (hash.digest('hex') !== sha256) return false
  sound.set(path, mark)
  return true
}
