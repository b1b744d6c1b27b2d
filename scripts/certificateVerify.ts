import { readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { certificateKeys, type CheckingKey, type Offline, verifyCode, verifyFile, verifyOffline } from '#modules/certificates/index.ts'
import { type Command, type Context, WrongUsage } from './command.ts'

const largest = 20_000_000

const sentences: Record<string, string> = {
  valid: 'The register calls it valid today.',
  signed: 'Its signatures hold. Whether it was revoked or replaced since, only the register can tell.',
  expired: 'Its last day has passed.',
  revoked: 'It was revoked.',
  replaced: 'It was replaced by another one.',
  unconfirmed: 'The register contradicts its signature or the ledger: believe nothing.',
  unknown: 'Its signature holds, but this register does not know it.',
  resaved: 'The statement within is signed, but the file is NOT as it was issued: believe the facts below, not what the page shows.',
  changed: 'It was CHANGED: what it says contradicts what was signed, or the file is not the one that was issued.',
  'key-unknown': 'It is signed with a key that is not among those given.',
  'key-compromised': 'Its key may have been in other hands: ask the register.',
  'key-ended': 'Its key was no longer in use on the day that it names.',
  nothing: 'This is NOT a certificate: it holds no signed statement.',
}

/**
 * Checks a PDF, a credential or a statement. With --keys it needs no database: signatures alone are checked, with the keys
 * that are published at /.well-known/besik-keys.json. Otherwise the register's own keys serve, and its word on what became of
 * the certificate; a PDF must then be the issued one bit for bit. Exit code 1 unless it is `valid`, or `signed` where the
 * register is not asked.
 */
export const certificateVerify: Command = {
  name: 'certificate verify',
  summary: 'checks a certificate’s PDF, credential or statement; with --keys it needs no database',
  usage: 'certificate verify FILE [--keys BESIK-KEYS.JSON] [--json]',
  alone: (args) => args.some((one) => one === '--keys' || one.startsWith('--keys=')),
  async run(context) {
    const { values, positionals } = parseArgs({ args: context.args, allowPositionals: true, options: { json: { type: 'boolean', default: false }, keys: { type: 'string' } } })
    const [file] = positionals
    if (!file || positionals.length > 1) throw new WrongUsage('name one file')
    const bytes = await read(file)
    const found = values.keys === undefined ? await askRegister(context, bytes) : told(await verifyOffline(bytes, await readKeys(values.keys)))

    if (values.json) context.print(JSON.stringify(found, null, 2))
    else for (const line of inWords(found)) context.print(line)
    return found.state === 'valid' || found.state === 'signed' ? 0 : 1
  },
}

/** What the file says by itself, without what became of it. */
const told = ({ state, file, facts, statement, credential, bytes }: Offline) => ({
  state: state as string, file, statement, credential, bytes, serial: facts?.serial ?? null, code: facts?.code ?? null, holder: facts?.holder.name ?? null,
  issuedOn: facts?.issuedOn ?? null, expiresOn: facts?.expiresOn ?? null, demonstration: facts?.demonstration ?? null, facts,
})
type Told = ReturnType<typeof told> & Partial<{ issued: boolean; status: string; revoked: { on: string; reason: string } | null; successor: string | null; entry: number }>

/** The same with the register's word. */
async function askRegister({ db }: Context, bytes: Buffer): Promise<Told> {
  const known = await verifyFile(db, bytes)
  const offline = await verifyOffline(bytes, await certificateKeys(db))
  const code = known.issued ? known.code : offline.facts?.code
  const view = code ? await verifyCode(db, code) : null
  const changed = offline.state === 'changed' || (offline.file === 'pdf' && !known.issued && offline.facts !== null)
  const state = changed ? 'changed' : view ? view.status : offline.facts ? 'unknown' : offline.state
  if (!view) return { ...told(offline), state, issued: known.issued }
  return {
    ...told(offline), state, issued: known.issued, status: view.status, serial: view.serial, issuedOn: view.issuedOn, expiresOn: view.expiresOn, demonstration: view.demonstration,
    revoked: view.revoked && { on: view.revoked.on, reason: view.revoked.reason }, successor: view.successor?.serial ?? null, entry: view.ledger.entry.seq,
  }
}

function inWords({ state, serial, holder, issuedOn, demonstration, revoked, successor, entry }: Told): string[] {
  const more = revoked ? ` On ${revoked.on}: ${revoked.reason}` : successor ? ` See ${successor}.` : ''
  const where = entry === undefined ? '' : `, ledger entry ${entry}`
  return [`State: ${state}. ${sentences[state]}${more}`, ...(serial ? [`Certificate ${serial}${demonstration ? ' (demonstration)' : ''}${holder ? ` of ${holder}` : ''}, issued on ${issuedOn}${where}.`] : [])]
}

async function read(file: string): Promise<Buffer> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new WrongUsage(`there is no file ${file}`)
  if (found.size > largest) throw new WrongUsage(`${file} is too large to be a certificate`)
  return readFile(file)
}

const moment = z.iso.datetime().nullish().transform((at) => (at ? new Date(at) : null))
const keysFile = z.object({ keys: z.array(z.looseObject({ kid: z.string(), purpose: z.string(), spki: z.string(), notAfter: moment, compromisedSince: moment })) })

/** The published keys as they were downloaded. */
async function readKeys(file: string): Promise<CheckingKey[]> {
  const text = (await read(file)).toString('utf8')
  try {
    return keysFile.parse(JSON.parse(text)).keys.filter(({ purpose }) => purpose === 'certificate')
  } catch {
    throw new WrongUsage(`${file} is not a list of keys as /.well-known/besik-keys.json gives it`)
  }
}
