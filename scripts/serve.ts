import { shareDatabase } from '#db/client.ts'
import { demoSignIns, seedDemo } from '#db/seed/demo.ts'
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
    if (environment.demo) for (const line of demoSignIns) print(line)

    // A second signal doesn't wait.
    await new Promise<void>((stop) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop())
    })
    await stopWork()
    await drain()
    return 0
  },
}
