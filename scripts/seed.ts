import { demoSignIns, seedDemo } from '#db/seed/demo.ts'
import { prepareDatabase } from './migrate.ts'
import type { Command } from './command.ts'

export const seedDemoCommand: Command = {
  name: 'seed demo',
  summary: 'fills an empty database with the demonstration (loopback origins only)',
  usage: 'seed demo',
  async run(context) {
    if (!context.environment.local) {
      context.print('PUBLIC_ORIGIN is not a loopback address: demo people with printed passwords are refused there.')
      return 2
    }
    await prepareDatabase(context)
    await seedDemo(context.db, context.print)
    for (const line of demoSignIns) context.print(line)
    return 0
  },
}
