import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Refusal } from '#modules/refusal.ts'
import type { Answer, Question } from './worker.ts'

// Threads that read rosters. Starting one takes longer than reading a usual roster, and a file is read two or three times
// between its upload and its import: so one thread stays for a minute.

/** Threads at once in this process; further files wait for one. */
const most = 2
const idleMilliseconds = 60_000

/** Found from the project's folder: the built pages are bundled elsewhere, while the sources stay where they are. */
const file = () => join(process.cwd(), 'modules/rosters/worker.ts')

let busy = 0
const waiting: (() => void)[] = []
let idle: { worker: Worker; timer: NodeJS.Timeout } | null = null

/** Above this a thread has grown too much to be kept. */
const smallBytes = 1024 * 1024

/** Lends a thread for one file of so many bytes. After a large one, or a failure that is no refusal, it is not used again. */
export async function withThread<Result>(bytes: number, use: (ask: (question: Question, milliseconds: number) => Promise<Answer>) => Promise<Result>): Promise<Result> {
  if (busy >= most) await new Promise<void>((resolve) => waiting.push(resolve))
  busy++
  const worker = take()
  let reusable = false
  try {
    const result = await use((question, milliseconds) => answerTo(worker, question, milliseconds))
    reusable = true
    return result
  } catch (error) {
    reusable = error instanceof Refusal && error.code !== 'roster.unreadable'
    throw error
  } finally {
    busy--
    if (reusable && bytes <= smallBytes) keep(worker)
    else await worker.terminate()
    waiting.shift()?.()
  }
}

function take(): Worker {
  if (idle) {
    const { worker, timer } = idle
    idle = null
    clearTimeout(timer)
    worker.ref()
    return worker
  }
  const worker = new Worker(file(), { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 1024 } })
  // While nobody waits for an answer a failure must not end the process; whoever asks next runs into the time limit.
  worker.on('error', () => {})
  worker.on('exit', () => {
    if (idle?.worker === worker) idle = null
  })
  return worker
}

/** Keeps the thread without keeping the process: a command that is done ends at once. */
function keep(worker: Worker) {
  if (idle) return void worker.terminate()
  worker.unref()
  const timer = setTimeout(() => void worker.terminate(), idleMilliseconds).unref()
  idle = { worker, timer }
}

/** The thread's answer. A file that takes too long or too much memory is refused; any other failure is our own. */
function answerTo(worker: Worker, question: Question, milliseconds: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Refusal('roster.unreadable'))), milliseconds)
    const settle = (answer: () => void) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      answer()
    }
    const onMessage = (message: Answer) => settle(() => resolve(message))
    const onError = (error: NodeJS.ErrnoException) => settle(() => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Refusal('roster.unreadable') : error))
    const onExit = (code: number) => settle(() => reject(new Error(`the roster thread ended with ${code}`)))
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage(question)
  })
}
