import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { environment } from '#db/environment.ts'

/** Where built packages are kept, each by its hash. What is lost there is built again. */
const folder = () => join(environment().dataDir, 'packages')

/** Keeps bytes by their SHA-256, whole or not at all, and answers it, hex. */
export async function keepBytes(bytes: Uint8Array): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await mkdir(folder(), { recursive: true })
  const draft = join(folder(), `.${sha256}.${randomUUID()}`)
  const file = await open(draft, 'wx', 0o644)
  await file.writeFile(bytes)
  await file.sync()
  await file.close()
  await rename(draft, join(folder(), sha256))
  return sha256
}

/** The bytes of this hash, or null when they are not there or are no longer what they were. */
export async function readBytes(sha256: string): Promise<Buffer | null> {
  try {
    const bytes = await readFile(join(folder(), sha256))
    return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
