import { parentPort } from 'node:worker_threads'
import { Refusal } from '#modules/refusal.ts'
import { read, type ReadOptions, type RosterHead, type RosterRow } from './read.ts'

// The other end of readRoster, in a thread of its own. To a file it answers with the head or a refusal, then with rows each
// time it is asked for more, so that the server never has to take a hundred thousand of them at once.

export type Work = ReadOptions & { bytes: Uint8Array }
export type Question = Work | 'more'
export type Answer = { head: RosterHead } | { refusal: { code: Refusal['code']; facts: Refusal['facts'] } } | { rows: RosterRow[]; done: boolean }

const slice = 250

function work(port: NonNullable<typeof parentPort>) {
  let rows: RosterRow[] = []
  let sent = 0
  const answer = (message: Answer) => port.postMessage(message)

  port.on('message', (question: Question) => {
    if (question !== 'more') return begin(question)
    const next = rows.slice(sent, sent + slice)
    sent += next.length
    answer({ rows: next, done: sent >= rows.length })
    if (sent >= rows.length) rows = []
  })

  function begin({ bytes, ...options }: Work) {
    try {
      const roster = read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options)
      rows = roster.rows
      sent = 0
      answer({ head: roster.head })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      answer({ refusal: { code: error.code, facts: error.facts } })
    }
  }
}

if (parentPort) work(parentPort)
