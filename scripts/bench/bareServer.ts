// What a signed-in page costs at the least: a bare Node server that makes the same one session query, when it is given
// one, and sends the same bytes. Started by the lesson benchmark: bareServer.ts PORT BYTES_FILE [STATEMENT_FILE]
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { openRaw, type Statement } from './rawSql.ts'

const [port, bytesFile, statementFile] = process.argv.slice(2)
const bytes = readFileSync(bytesFile!)
const statement = statementFile ? (JSON.parse(readFileSync(statementFile, 'utf8')) as Statement) : null
const raw = statement ? await openRaw(process.env['DATABASE_URL'], process.env['DATA_DIR']!) : null

createServer(async (req, res) => {
  if (raw && statement) {
    const token = /(?:^|; )besik=([^;]+)/.exec(req.headers.cookie ?? '')?.[1] ?? ''
    const rows = await raw.run(statement.text, [createHash('sha256').update(token).digest('hex')])
    if (rows.length === 0) return void res.writeHead(401).end()
  }
  res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': bytes.length }).end(bytes)
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'))

process.once('SIGTERM', async () => {
  await raw?.close()
  process.exit(0)
})
