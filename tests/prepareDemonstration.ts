import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { built } from './server.ts'

/** Makes the demonstration once, for it takes longer than anything else at a server's first start; every server of a test begins with a copy. */
export default async function prepare(project: TestProject) {
  if (!built) return
  const folder = mkdtempSync(join(tmpdir(), 'besik-demonstration-'))
  await promisify(execFile)(process.execPath, ['scripts/besik.ts', 'migrate', '--demo'], { env: { PATH: process.env['PATH']!, HOME: process.env['HOME']!, DATA_DIR: folder, DEMO: 'on' } })
  project.provide('demonstration', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}

declare module 'vitest' {
  interface ProvidedContext {
    demonstration: string | undefined
  }
}
