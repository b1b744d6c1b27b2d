import { type Command, WrongUsage } from './command.ts'
import { writeDump } from './dump.ts'

export const backup: Command = {
  name: 'backup',
  summary: 'writes everything but the keys and the sessions to one file',
  usage: 'backup FILE',
  async run({ db, args, print }) {
    const [file] = args
    if (!file || args.length > 1) throw new WrongUsage('name one file')
    await writeDump(db, file, { export: false })
    print(`Wrote ${file}. Keys are not in it: keep a copy of KEYS_DIR elsewhere.`)
    return 0
  },
}
