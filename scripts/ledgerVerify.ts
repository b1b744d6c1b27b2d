import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type CheckpointKey, type KeptNote, keptNotes, readNote, UnreadableNote, type Verdict, verifyExport, verifyLedger } from '#modules/ledger/index.ts'
import { t } from '#modules/words/index.ts'
import { type Command, type Context, WrongUsage } from './command.ts'

const options = {
  checkpoint: { type: 'string', multiple: true, default: [] as string[] }, file: { type: 'string' }, keys: { type: 'string' }, json: { type: 'boolean', default: false },
} as const
const read = (args: readonly string[]) => parseArgs({ args: [...args], options }).values

/** Checks every entry, and names the first bad one. Exit code 1 when there is one. An exported file needs no database. */
export const ledgerVerify: Command = {
  name: 'ledger verify',
  summary: 'checks the ledger, or an exported one, and names the first bad entry',
  usage: `ledger verify [--checkpoint FILE]… [--json]
       besik ledger verify --file EXPORT [--checkpoint FILE]… [--keys FILE] [--json]

The first form checks this database, against its own checkpoints, those kept in DATA_DIR and those given.
The second checks an exported ledger anywhere, without a database. FILE of --keys is a copy of
/.well-known/besik-keys.json; without it, the roots of the checkpoints are compared but not their signatures.`,
  alone: (args) => args.some((word) => /^--file(=|$)/.test(word)),
  async run(context) {
    const values = read(context.args)
    if (values.keys !== undefined && values.file === undefined) throw new WrongUsage('--keys goes with --file: this database knows its own keys')
    const notes = await Promise.all(values.checkpoint.map(readCheckpoint))
    const keys = values.keys === undefined ? 'not-given' : await readKeys(values.keys)
    const verdict = values.file === undefined ? await verifyStored(context, notes) : await verifyFile(values.file, notes, keys)
    const unsigned = values.file !== undefined && notes.length > 0 && keys === 'not-given'
    context.print(values.json ? JSON.stringify({ ...verdict, signatures: unsigned ? 'not-checked' : 'checked' }, null, 2) : inWords(verdict, unsigned))
    return verdict.ok ? 0 : 1
  },
}

/** The stored ledger, against its own checkpoints, those kept in `DATA_DIR/checkpoints` and those given. */
const verifyStored = async ({ db }: Context, notes: KeptNote[]) => verifyLedger(db, { notes: [...notes, ...(await keptNotes())] })

async function verifyFile(file: string, notes: KeptNote[], keys: CheckpointKey[] | 'not-given'): Promise<Verdict> {
  await readable(file)
  return verifyExport(linesOf(file), { keys, notes })
}

/** Opens the file when the first line is asked for: readline drops lines that come before anybody listens. */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })
}

async function readCheckpoint(file: string): Promise<KeptNote> {
  await readable(file)
  const note = await readFile(file, 'utf8')
  try {
    readNote(note)
  } catch (error) {
    if (error instanceof UnreadableNote) throw new WrongUsage(`${file} is ${error.message}`)
    throw error
  }
  return { name: file, note }
}

const moment = z.iso.datetime().transform((text) => new Date(text)).nullable()
const keyFile = z.object({ keys: z.array(z.object({ purpose: z.string(), spki: z.base64(), compromisedSince: moment.optional() })) })

/** The checkpoint keys in a copy of the published key file. */
async function readKeys(file: string): Promise<CheckpointKey[]> {
  await readable(file)
  const text = await readFile(file, 'utf8')
  const parsed = keyFile.safeParse(asJson(text))
  if (!parsed.success) throw new WrongUsage(`${file} is not a copy of /.well-known/besik-keys.json`)
  return parsed.data.keys.filter((key) => key.purpose === 'checkpoint').map(({ spki, compromisedSince = null }) => ({ spki, compromisedSince }))
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A file that isn't there is wrong usage, not a wrong ledger. */
async function readable(file: string) {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new WrongUsage(`there is no file ${file}`)
}

function inWords({ ok, entries, covered, checkpoints, root, firstBad }: Verdict, unsigned: boolean): string {
  const signed = unsigned ? 'a given checkpoint, whose signature was NOT checked: no --keys were given' : 'a signed checkpoint'
  const found = `${entries} entries are right, the first ${covered} of them under ${signed} (${checkpoints} checked). Root: ${root}`
  if (ok) return `The ledger is right. ${found}`
  const { seq, until, reason, checkpoint } = firstBad!
  const where = until === undefined || until === seq ? `entry ${seq}` : `one of the entries ${seq} to ${until}`
  return `The ledger is WRONG. The first bad one is ${where}: ${t('en', `ledger.bad.${reason}`)} (${reason}).${checkpoint ? ` It disagrees with ${checkpoint}.` : ''}\n${found}`
}
