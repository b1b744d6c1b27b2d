import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSession } from '#modules/people/index.ts'
import { requestsPerSecond, row, type Row } from './measure.ts'
import { openRaw } from './rawSql.ts'
import type { Bench } from './stage.ts'

/** Signed-in lesson page against a bare Node server with the same session query and the same bytes, and one without the query. */
export async function benchLesson(stage: Bench): Promise<Row[]> {
  const path = await stage.lessonPath()
  const cookie = `besik=${stage.traineeToken}`
  const page = await fetch(stage.origin + path, { headers: { cookie } })
  const bytes = Buffer.from(await page.arrayBuffer())
  const bytesFile = join(stage.folder, 'lesson.html')
  writeFileSync(bytesFile, bytes)
  const ours = await requestsPerSecond(stage.origin + path, { cookie })
  await stage.stopServer()

  const raw = await openRaw(stage.databaseUrl, stage.dataDir)
  const [statement] = await raw.capture((db) => readSession(db, stage.traineeToken))
  await raw.close()
  const statementFile = join(stage.folder, 'session.json')
  writeFileSync(statementFile, JSON.stringify(statement))
  const withQuery = await bare(stage, cookie, [bytesFile, statementFile])
  const without = await bare(stage, cookie, [bytesFile])
  const size = `${Math.round(bytes.length / 1024)} KB`
  return [
    row(`signed-in lesson page (${size}) against a bare server with the session query`, stage.kind, ours, withQuery, 'requests/s', '≥ 0.5, now ≥ 0.1'),
    row('the same against a bare server without the query', stage.kind, ours, without, 'requests/s', 'for information'),
  ]
}

/** Requests a second of a bare server that sends these bytes, after the queries in the second file. */
export async function bare(stage: Bench, cookie: string, files: string[]): Promise<number> {
  const port = stage.freePort()
  const child = spawn(process.execPath, ['scripts/bench/bareServer.ts', String(port), ...files], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...stage.env } })
  await once(child.stdout!, 'data')
  const result = await requestsPerSecond(`http://127.0.0.1:${port}/`, { cookie })
  child.kill('SIGTERM')
  await once(child, 'exit')
  return result
}
