import { parentPort, workerData } from 'node:worker_threads'
import { Refusal } from '#modules/refusal.ts'
import { read, type ReadOptions, type RosterHead, type RosterRow } from './read.ts'

// The other end of readRoster, in a thread of its own. It answers first with the head or a refusal, then with rows each
// time it is asked, so that the server never has to take a hundred thousand of them at once.

export type Answer = { head: RosterHead } | { refusal: { code: Refusal['code']; facts: Refusal['facts'] } } | { rows: RosterRow[]; done: boolean }
export type Work = ReadOptions & { bytes: Uint8Array }

const slice = 250

function work(port: NonNullable<typeof parentPort>, { bytes, ...options }: Work) {
  const answer = (message: Answer) => port.postMessage(message)
  try {
    const { head, rows } = read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options)
    let sent = 0
    port.on('message', () => {
      const next = rows.slice(sent, sent + slice)
      sent += next.length
      answer({ rows: next, done: sent >= rows.length })
    })
    answer({ head })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    answer({ refusal: { code: error.code, facts: error.facts } })
  }
}

if (parentPort) work(parentPort, workerData as Work)
