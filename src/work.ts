import { createTransport } from 'nodemailer'
import type { Db } from '#db/client.ts'
import type { Environment } from '#db/environment.ts'
import { assessmentJobs } from '#modules/assessment/index.ts'
import { certificateJobs } from '#modules/certificates/index.ts'
import { type Handlers, runDueJobs } from '#modules/jobs/index.ts'
import { deliverDue, type Transport } from '#modules/notices/index.ts'

const pause = 2000

/** Every kind of background work and what does it. */
export const handlers: Handlers = { ...assessmentJobs, ...certificateJobs }

/**
 * Starts the background work of this process: due jobs and, with an SMTP server, mail. Every process does it; row locks
 * keep them apart. Answers a function that stops it once what is under way has ended.
 */
export function startWork(db: Db, environment: Environment): () => Promise<void> {
  const transport = environment.smtpUrl ? smtp(environment.smtpUrl, environment.origin) : undefined
  let stopped = false
  let wake = () => {}
  const ended = (async () => {
    while (!stopped) {
      try {
        await runDueJobs(db, handlers)
        if (transport) await deliverDue(db, transport)
      } catch (error) {
        // The database is away or a handler is broken: the requests tell it too, and the next round tries again.
        console.log(JSON.stringify({ level: 'warn', event: 'work.failed', error: String((error as Error)?.message ?? error).slice(0, 200) }))
      }
      await new Promise<void>((go) => {
        wake = go
        setTimeout(go, pause).unref()
      })
    }
  })()
  return async () => {
    stopped = true
    wake()
    await ended
  }
}

function smtp(url: string, origin: string): Transport {
  // A silent server must not hold the queue.
  const mailer = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 })
  const from = `Besik <no-reply@${new URL(origin).hostname}>`
  return async (letter) => {
    await mailer.sendMail({ from, ...letter })
  }
}
