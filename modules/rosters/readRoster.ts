import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Refusal } from '#modules/refusal.ts'
import type { ReadOptions, RosterHead, RosterRow } from './read.ts'
import type { Answer, Work } from './worker.ts'

export const maximumBytes = 32 * 1024 * 1024
/** Milliseconds after which a file is given up. */
const longest = 30_000
/** Threads at once in this process; further files wait. */
const most = 2

/** Found from the project's folder: the built pages are bundled elsewhere, while the sources stay where they are. */
const file = () => join(process.cwd(), 'modules/rosters/worker.ts')

let running = 0
const waiting: (() => void)[] = []

/**
 * Reads a roster file of up to 32 MB and 100,000 people in a thread of its own, so that the server goes on answering:
 * encoding, separator, titles, and each row tidied and judged by itself. With `take` the rows are handed over in the file's
 * order, some hundred at a time, instead of being kept; it may be slow. Refuses a file that can't be read, in words (`roster.…`).
 */
export async function readRoster(bytes: Uint8Array, options: Partial<ReadOptions> = {}, take?: (rows: RosterRow[]) => void | Promise<void>): Promise<{ head: RosterHead; rows: RosterRow[] }> {
  if (bytes.byteLength === 0) throw new Refusal('roster.empty')
  if (bytes.byteLength > maximumBytes) throw new Refusal('roster.too-large', { megabytes: maximumBytes / 1024 / 1024 })
  if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
  running++
  try {
    return await inThread({ facilities: [], today: new Date().toISOString().slice(0, 10), consents: new Map(), ...options, bytes }, take)
  } finally {
    running--
    waiting.shift()?.()
  }
}

async function inThread(work: Work, take?: (rows: RosterRow[]) => void | Promise<void>): Promise<{ head: RosterHead; rows: RosterRow[] }> {
  const worker = new Worker(file(), { workerData: work, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 1024 } })
  // While nobody waits for an answer a failure must not end the process; whoever asks next runs into the time limit.
  worker.on('error', () => {})
  const end = Date.now() + longest
  try {
    const first = await answerOf(worker, end)
    if ('refusal' in first) throw new Refusal(first.refusal.code, first.refusal.facts)
    if (!('head' in first)) throw new Error('the roster thread answered out of turn')
    const rows: RosterRow[] = []
    for (let done = false; !done; ) {
      worker.postMessage('more')
      const next = await answerOf(worker, end + longest)
      if (!('rows' in next)) throw new Error('the roster thread answered out of turn')
      if (take) await take(next.rows)
      else for (const row of next.rows) rows.push(row)
      done = next.done
    }
    return { head: first.head, rows }
  } finally {
    await worker.terminate()
  }
}

/** The thread's next answer. A file that takes too long or too much memory is refused; any other failure is our own. */
function answerOf(worker: Worker, end: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Refusal('roster.unreadable'))), Math.max(1, end - Date.now()))
    const settle = (answer: () => void) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      answer()
    }
    const onMessage = (message: Answer) => settle(() => resolve(message))
    const onError = (error: NodeJS.ErrnoException) => settle(() => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Refusal('roster.unreadable') : error))
    const onExit = (code: number) => settle(() => reject(new Error(`the roster thread ended with ${code}`)))
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
