import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { type Facts, Refusal, type RefusalCode } from '#modules/refusal.ts'
import type { Made, Making } from './make.ts'

export type Answer = { made: Made; megabytes: number } | { refusal: { code: RefusalCode; facts: Facts } } | { fault: string }

/** Ten times what any package needs: at the lowest priority it may have to wait for everybody else. What takes longer has lost its way. */
const mostMilliseconds = 600_000
/** Of objects, so that the whole process stays below half a gigabyte; one that has grown beyond the second number is not used again. */
export const memory = ['--max-old-space-size=256', '--max-semi-space-size=4']
export const smallMegabytes = 350
const idleMilliseconds = 30_000

let child: ChildProcess | null = null
let idle: NodeJS.Timeout | undefined
let queue: Promise<unknown> = Promise.resolve()

/**
 * Makes a package in a process of its own, one at a time, at the lowest priority and within its own memory: nobody who is served
 * meanwhile waits for it, and one that fails takes nothing else along. The process ends with this one, or when it has nothing to do.
 */
export function makeApart(making: Making): Promise<Made> {
  const mine = queue.then(() => ask(making))
  queue = mine.catch(() => {})
  return mine
}

/** Lets go of whatever is being made. */
export function stopMaking() {
  clearTimeout(idle)
  child?.kill('SIGKILL')
  child = null
}

function ask(making: Making): Promise<Made> {
  clearTimeout(idle)
  const worker = (child ??= start())
  worker.ref()
  worker.channel?.ref()
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => worker.kill('SIGKILL'), mostMilliseconds)
    const settle = (answer: () => void) => {
      clearTimeout(late)
      worker.off('message', onMessage).off('exit', onExit).off('error', onError)
      answer()
    }
    const onMessage = (answer: Answer) => settle(() => {
      if ('megabytes' in answer && answer.megabytes > smallMegabytes) stopMaking()
      else rest(worker)
      if ('made' in answer) resolve(answer.made)
      else reject('refusal' in answer ? new Refusal(answer.refusal.code, answer.refusal.facts) : new Error(answer.fault))
    })
    const onExit = (code: number | null, signal: string | null) => settle(() => reject(new Error(`the process that makes packages ended with ${code ?? signal}`)))
    const onError = (error: Error) => settle(() => reject(error))
    worker.on('message', onMessage).on('exit', onExit).on('error', onError)
    worker.send(making, (error) => error && onError(error))
  })
}

/**
 * Found from the project's folder: the built pages are bundled elsewhere, while the sources stay where they are. Little room for young
 * objects costs no time here and spares a hundred megabytes with the longest guide.
 */
function start(): ChildProcess {
  const worker = fork(join(process.cwd(), 'modules/packages/maker.ts'), { serialization: 'advanced', execArgv: memory, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    setPriority(worker.pid!, 19)
  } catch {
    // Where priorities can't be set it is made all the same.
  }
  worker.once('exit', () => {
    if (child === worker) child = null
  })
  return worker
}

/** Keeps the process for the next package without keeping this one alive. */
function rest(worker: ChildProcess) {
  worker.unref()
  worker.channel?.unref()
  idle = setTimeout(() => worker === child && stopMaking(), idleMilliseconds).unref()
}
