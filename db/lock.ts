import { createHash } from 'node:crypto'
import { mkdirSync, realpathSync } from 'node:fs'
import { createServer, type Server } from 'node:net'

/** Another process holds the embedded database. */
export class FolderInUse extends Error {
  constructor(folder: string) {
    super(`The embedded database in ${folder} is in use by another process. Stop that process first, or set DATABASE_URL to use PostgreSQL with several processes.`)
  }
}

/**
 * Takes the one lock on an embedded database folder, for two writers destroy it. The lock is an abstract socket of the
 * operating system (Linux): a killed process frees it at once, and nothing is left on the disk. It does not span containers.
 * Throws `FolderInUse` when another process holds it.
 */
export async function lockFolder(folder: string): Promise<Server> {
  mkdirSync(folder, { recursive: true })
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)
  const server = createServer().unref()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new FolderInUse(folder) : error))
    server.listen({ path: `\0besik-${name}` }, () => resolve(server))
  })
}
