import { createTransport } from 'nodemailer'
import type { Db } from '#db/client.ts'
import type { Environment } from '#db/environment.ts'
import { faultOf } from '#db/fault.ts'
import { system } from '#modules/actor.ts'
import { assessmentJobs, finishExpired } from '#modules/assessment/index.ts'
import { certificateJobs, remindExpiring, watchRegister } from '#modules/certificates/index.ts'
import { cohortJobs, moveQueues, remindSeated } from '#modules/cohorts/index.ts'
import { keepAggregates } from '#modules/exchange/index.ts'
import { followupJobs } from '#modules/followup/index.ts'
import { forgetDoneJobs, type Handlers, runDueJobs } from '#modules/jobs/index.ts'
import { keepCheckpoints } from '#modules/ledger/index.ts'
import { deliverDue, forgetSentNotices, type Transport } from '#modules/notices/index.ts'
import { buildDue, makeApart, stockShelf, stopMaking } from '#modules/packages/index.ts'
import { forgetExpired } from '#modules/people/index.ts'
import { forgetProcedureRequests } from '#modules/procedures/index.ts'
import { nightly } from '#modules/reconciliation/index.ts'
import { forgetKeptRosters } from '#modules/rosters/index.ts'
import { log } from './log.ts'

/** Every kind of background work and what does it. */
const handlers: Handlers = { ...assessmentJobs, ...certificateJobs, ...cohortJobs, ...followupJobs }

/** What the regular verification finds is told in the log too: whoever watches the log needn't be an administrator. */
async function verified(db: Db) {
  const { fault, entries } = await watchRegister(db)
  if (fault) log({ level: 'error', event: 'register.wrong', cause: fault.cause, found: fault.found, entries })
}

/** What the nightly comparison finds is told in the log too. */
async function compared(db: Db) {
  const night = await nightly(db)
  if (night && !night.found.ok) log({ level: 'error', event: 'register.differs', differences: night.found.differences.length + night.found.more, entries: night.found.entries })
}

const notMade = (error: unknown) => log({ level: 'error', event: 'package.failed', error: faultOf(error) })

type Round = { name: string; seconds: number; run: () => Promise<unknown> }

/**
 * Starts the background work of this process: due jobs, mail when there is an SMTP server, and what has to be looked at
 * now and then. Every process does it; row locks keep them apart. A round that fails is told in the log and tried again.
 * Answers a function that stops it once what is under way has ended.
 */
export function startWork(db: Db, environment: Environment): () => Promise<void> {
  const transport = environment.smtpUrl ? smtp(environment.smtpUrl, environment.origin) : undefined
  let stopping = false
  const rounds: Round[] = [
    { name: 'jobs', seconds: 2, run: () => runDueJobs(db, handlers) },
    { name: 'packages', seconds: 3, run: () => buildDue(db, makeApart, { stopped: () => stopping, told: notMade }) },
    ...(environment.packagesAhead ? [{ name: 'shelf', seconds: 60, run: () => stockShelf(db) }] : []),
    ...(transport ? [{ name: 'mail', seconds: 5, run: () => deliverDue(db, transport) }] : []),
    { name: 'expired attempts', seconds: 60, run: () => finishExpired(db, system('clock')) },
    { name: 'queues', seconds: 60, run: () => moveQueues(db, system('clock')) },
    { name: 'reminders', seconds: 600, run: () => remindSeated(db, system('clock')) },
    { name: 'ending certificates', seconds: 1800, run: () => remindExpiring(db, system('clock')) },
    { name: 'verification', seconds: 300, run: () => verified(db) },
    { name: 'nightly comparison', seconds: 900, run: () => compared(db) },
    { name: 'checkpoints', seconds: 60, run: () => keepCheckpoints(db) },
    { name: 'aggregates', seconds: 900, run: () => keepAggregates(db) },
    { name: 'uploaded rosters', seconds: 600, run: () => forgetKeptRosters() },
    { name: 'clean-up', seconds: 3600, run: () => Promise.all([forgetExpired(db), forgetDoneJobs(db), forgetSentNotices(db), forgetProcedureRequests(db)]) },
  ]
  const stops = rounds.map(repeat)
  return async () => {
    stopping = true
    const ended = Promise.all(stops.map((stop) => stop()))
    stopMaking()
    await ended
  }
}

function repeat({ name, seconds, run }: Round): () => Promise<void> {
  let stopped = false
  let wake = () => {}
  const ended = (async () => {
    while (!stopped) {
      try {
        await run()
      } catch (error) {
        log({ level: 'warn', event: 'work.failed', work: name, error: faultOf(error).slice(-1500) })
      }
      if (stopped) break
      await new Promise<void>((go) => {
        const timer = setTimeout(go, seconds * 1000)
        timer.unref()
        wake = () => {
          clearTimeout(timer)
          go()
        }
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
  // A silent server must not hold the queue: less than the five minutes for which a letter is taken.
  const mailer = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 })
  const from = `Besik <no-reply@${new URL(origin).hostname}>`
  return async (letter) => {
    await mailer.sendMail({ from, ...letter })
  }
}
