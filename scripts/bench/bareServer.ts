// What a page costs at the least: a bare Node server that makes the same queries and sends the same bytes. Started by
// benchmarks: bareServer.ts PORT BYTES_FILE [STATEMENT_FILE], where the file holds one statement, that of the session, or
// a list of statements that are made as they are.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { openRaw, type Statement } from './rawSql.ts'

const [port, bytesFile, statementFile] = process.argv.slice(2)
const bytes = readFileSync(bytesFile!)
const given = statementFile ? (JSON.parse(readFileSync(statementFile, 'utf8')) as Statement | Statement[]) : null
const statement = Array.isArray(given) ? null : given
const statements = Array.isArray(given) ? given : []
const raw = given ? await openRaw(process.env['DATABASE_URL'], process.env['DATA_DIR']!) : null

createServer((req, res) => {
  // Asked while it is being stopped: the benchmark has ended.
  answer(req, res).catch(() => res.destroy())
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'))

async function answer(req: IncomingMessage, res: ServerResponse) {
  if (raw && statement) {
    const token = /(?:^|; )besik=([^;]+)/.exec(req.headers.cookie ?? '')?.[1] ?? ''
    const rows = await raw.run(statement.text, [createHash('sha256').update(token).digest('hex')])
    if (rows.length === 0) return void res.writeHead(401).end()
  }
  for (const { text, params } of statements) await raw!.run(text, params)
  res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': bytes.length }).end(bytes)
}

process.once('SIGTERM', async () => {
  await raw?.close()
  process.exit(0)
})
