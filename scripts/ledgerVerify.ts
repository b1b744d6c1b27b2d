import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { checkpointKeys, type KeptNote, keptNotes, readNote, signedNotes, UnreadableNote, type Verdict, verifyExport, verifyLedger } from '#modules/ledger/index.ts'
import { t } from '#modules/words/index.ts'
import { type Command, type Context, WrongUsage } from './command.ts'

/** Checks every entry, and names the first bad one. Exit code 1 when there is one. */
export const ledgerVerify: Command = {
  name: 'ledger verify',
  summary: 'checks the ledger, or an exported one, and names the first bad entry',
  usage: 'ledger verify [--checkpoint FILE]… [--file EXPORT] [--json]',
  async run(context) {
    const { values } = parseArgs({
      args: context.args,
      options: { checkpoint: { type: 'string', multiple: true, default: [] }, file: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    const notes = await Promise.all(values.checkpoint.map(readCheckpoint))
    const verdict = values.file === undefined ? await verifyStored(context, notes) : await verifyFile(context, values.file, notes)
    context.print(values.json ? JSON.stringify(verdict, null, 2) : inWords(verdict))
    return verdict.ok ? 0 : 1
  },
}

/** The stored ledger, against its own checkpoints, those kept in `DATA_DIR/checkpoints` and those given. */
const verifyStored = async ({ db }: Context, notes: KeptNote[]) => verifyLedger(db, { notes: [...notes, ...(await keptNotes())] })

async function verifyFile({ db }: Context, file: string, notes: KeptNote[]): Promise<Verdict> {
  await readable(file)
  const known = [...(await signedNotes(db)), ...(await keptNotes())]
  return verifyExport(linesOf(file), { keys: await checkpointKeys(db), notes, known })
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

/** A file that isn't there is wrong usage, not a wrong ledger. */
async function readable(file: string) {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new WrongUsage(`there is no file ${file}`)
}

function inWords({ ok, entries, covered, checkpoints, root, firstBad }: Verdict): string {
  const found = `${entries} entries are right, the first ${covered} of them under a signed checkpoint (${checkpoints} checked). Root: ${root}`
  if (ok) return `The ledger is right. ${found}`
  const { seq, until, reason, checkpoint } = firstBad!
  const where = until === undefined || until === seq ? `entry ${seq}` : `one of the entries ${seq} to ${until}`
  return `The ledger is WRONG. The first bad one is ${where}: ${t('en', `ledger.bad.${reason}`)} (${reason}).${checkpoint ? ` It disagrees with ${checkpoint}.` : ''}\n${found}`
}
