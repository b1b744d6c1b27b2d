// What a signed-in page costs at the least: a bare Node server that makes the same one session query, when told to, and
// sends the same bytes. Started by the lesson benchmark: bareServer.ts PORT BYTES_FILE [query]
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { openDatabase } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { readSession } from '#modules/people/index.ts'

const [port, file, query] = process.argv.slice(2)
const bytes = readFileSync(file!)
const database = query ? await openDatabase(environment()) : null
const etag = createHash('sha256').update(bytes).digest('hex')

createServer(async (req, res) => {
  if (database) {
    const token = /(?:^|; )besik=([^;]+)/.exec(req.headers.cookie ?? '')?.[1]
    if (!token || !(await readSession(database.db, token))) return void res.writeHead(401).end()
  }
  res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': bytes.length, 'X-Bytes': etag.slice(0, 8) }).end(bytes)
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'))

process.once('SIGTERM', async () => {
  await database?.close()
  process.exit(0)
})
