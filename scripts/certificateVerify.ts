import { readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { verifyCode, verifyFile } from '#modules/certificates/index.ts'
import { type Command, WrongUsage } from './command.ts'

const largest = 20_000_000

/** Says whether a PDF is one that was issued, bit for bit, and what its certificate is worth today. Exit code 1 unless it is valid. */
export const certificateVerify: Command = {
  name: 'certificate verify',
  summary: 'says whether a PDF is one that was issued, and whether its certificate is valid today',
  usage: 'certificate verify FILE [--json]',
  async run({ db, args, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
    const [file] = positionals
    if (!file || positionals.length > 1) throw new WrongUsage('name one file')
    const found = await stat(file).catch(() => null)
    if (!found?.isFile()) throw new WrongUsage(`there is no file ${file}`)
    if (found.size > largest) throw new WrongUsage(`${file} is too large to be a certificate`)

    const known = await verifyFile(db, await readFile(file))
    const view = known.issued ? await verifyCode(db, known.code) : null
    const answer = view
      ? {
          issued: true, status: view.status, serial: view.serial, issuedOn: view.issuedOn, expiresOn: view.expiresOn, demonstration: view.demonstration,
          revoked: view.revoked, successor: view.successor?.serial ?? null, entry: view.ledger.entry.seq,
        }
      : { issued: false }
    if (values.json) print(JSON.stringify(answer, null, 2))
    else if (!view) print('This is NOT a file that was issued here: not one bit may differ.')
    else {
      const more = view.revoked ? ` on ${view.revoked.on}: ${view.revoked.reason}` : view.successor ? ` by ${view.successor.serial}` : ''
      print(`Issued file of certificate ${view.serial}${view.demonstration ? ' (demonstration)' : ''}, issued on ${view.issuedOn}, ledger entry ${view.ledger.entry.seq}.`)
      print(`Status: ${view.status}${more}.`)
    }
    return view?.status === 'valid' ? 0 : 1
  },
}
