import { type Command, WrongUsage } from './command.ts'
import { describeDump } from './describeDump.ts'
import { writeDump } from './dump.ts'
import { fillEmpty } from './restore.ts'

const isSchema = (args: readonly string[]) => args.length === 1 && args[0] === '--schema'

/** Everything that is known, described in itself, for another system to read; nothing in it opens a door. */
export const exportAll: Command = {
  name: 'export',
  summary: 'writes everything for other systems to one file with its description, without passwords, tokens and keys',
  usage: 'export FILE | export --schema',
  alone: isSchema,
  async run({ db, args, print }) {
    if (isSchema(args)) {
      print(JSON.stringify(describeDump(), null, 1))
      return 0
    }
    const [file] = args
    if (!file || args.length > 1 || file.startsWith('-')) throw new WrongUsage('name one file')
    await writeDump(db, file, { export: true })
    print(`Wrote ${file}: JSON lines, packed with gzip, described by its second line. It holds personal data: keep it as you keep the register.`)
    return 0
  },
}

export const importAll: Command = {
  name: 'import',
  summary: 'fills an empty database from an export; everybody needs a new invitation to sign in',
  usage: 'import FILE',
  run: fillEmpty,
}
