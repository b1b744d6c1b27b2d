import { shareDatabase } from '#db/client.ts'
import { demoSignIns, seedDemo } from '#db/seed/demo.ts'
import { faultOf } from '#db/fault.ts'
import { setting } from '#modules/jobs/index.ts'
import { log } from '#src/log.ts'
import { startWork } from '#src/work.ts'
import { serve as listen } from '#src/server.ts'
import type { Command } from './command.ts'
import { prepareDatabase } from './migrate.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'migrates, then serves until told to stop',
  usage: 'serve',
  async run({ db, database, environment, args, print }) {
    if (args.length > 0) print('besik serve takes its settings from the environment')
    await prepareDatabase({ db, database, environment })
    if (environment.demo) await seedDemo(db, print)
    shareDatabase(database)
    const { drain } = await listen(environment, database)
    const stopWork = startWork(db, environment)
    print(`\nBesik serves at ${environment.origin}`)
    if (environment.demo && (await setting(db, 'demo-people'))) for (const line of demoSignIns) print(line)

    const end = await stopped()
    await Promise.race([stopWork(), new Promise((late) => setTimeout(late, 5000).unref())])
    await drain()
    return end
  },
}

/** Waits for a signal to stop (0) or a fault of our own (1: whoever watches over the process starts it again). A second signal doesn't wait. */
function stopped(): Promise<0 | 1> {
  return new Promise((stop) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(0))
    process.on('uncaughtException', (error) => {
      log({ level: 'error', event: isLostWrite(error) ? 'database.write-lost' : 'process.failed', error: faultOf(error) })
      if (!isLostWrite(error)) stop(1)
    })
  })
}

/**
 * postgres.js 3.4.9 puts off small writes to the end of the turn and does not take them back when the connection closes
 * in between: it then writes to a socket that is gone. The query itself has been told, so nothing is lost but this write.
 */
const isLostWrite = (error: Error) => error instanceof TypeError && /at Immediate\.nextWrite .*postgres\/src\/connection\.js/.test(error.stack ?? '')
