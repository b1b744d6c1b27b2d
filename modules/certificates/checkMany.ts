import { inArray } from 'drizzle-orm'
import Papa from 'papaparse'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificates, type Texts } from '#db/schema/index.ts'
import { publicKeys } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { dayOf, searchable } from '#modules/words/index.ts'
import { readCode } from './code.ts'
import type { LifeState } from './life.ts'
import type { Status } from './rules.ts'
import { serialInput } from './revokeCertificate.ts'
import { readStatement } from './statement.ts'
import { certificatesWhere, judge } from './verifyCode.ts'

/** How many lines are looked up at once. */
export const mostLines = 500

export const checkManyInput = z.object({ text: z.string().min(1).max(200_000) })

/** A line of a list: what it asks for, and what has become of it. `name-needed`: a number alone, which anybody could count up. */
export type Checked = {
  /** The line of the list, from 1. */
  line: number
  typed: string
  status: Status | 'unconfirmed' | 'unknown' | 'name-needed' | 'unreadable'
  /** A number was asked for, and not a code: whoever tries names out is counted by these. */
  byNumber: boolean
  /** What the public page shows; null when the line found nothing. */
  certificate: {
    serial: string; code: string; holderName: string | null; titles: Texts; centre: Texts; issuedOn: string; expiresOn: string | null
    /** Null when it is unconfirmed. */
    state: LifeState | null
    daysLeft: number | null
    revoked: { on: string; reason: string } | null
    /** Serials of the certificates that replaced and renewed it. */
    successor: string | null
    renewedBy: string | null
  } | null
}

/**
 * Looks up a list of certificates, one a line, as pasted or as CSV: by public code, or by number with the holder's family name in
 * another cell of the line. It tells what the public page tells to whoever has the code; a number with a wrong name is as unknown
 * as one that was never given out. Empty lines are passed over. Asks no actor. Refuses `certificate.too-many-lines` {most}.
 */
export async function checkMany(db: Db, { text }: z.infer<typeof checkManyInput>, now = new Date()): Promise<Checked[]> {
  const asked = readList(text)
  if (asked.length > mostLines) throw new Refusal('certificate.too-many-lines', { most: mostLines })

  const [codes, serials] = [asked.flatMap(({ code }) => code ?? []), asked.flatMap(({ code, serial }) => (code ? [] : (serial ?? [])))]
  const rows = [
    ...(codes.length > 0 ? await certificatesWhere(db, inArray(certificates.code, codes)) : []),
    ...(serials.length > 0 ? await certificatesWhere(db, inArray(certificates.serial, serials)) : []),
  ]
  const found = new Map(rows.flatMap((row) => [[row.certificate.code, row], [row.certificate.serial, row]] as const))
  const keys = await publicKeys(db)

  return asked.map(({ line, typed, code, serial, words }): Checked => {
    const nothing = (status: Checked['status']): Checked => ({ line, typed, status, byNumber: !code && serial !== null, certificate: null })
    if (!code && !serial) return nothing('unreadable')
    if (!code && words.length === 0) return nothing('name-needed')
    const row = found.get(code ?? serial!)
    if (!row) return nothing('unknown')
    const { status, life } = judge(row, keys, now)
    const printed = row.body !== null && status !== 'unconfirmed' ? readStatement(row.body) : null
    if (!code && !(printed && words.includes(searchable(printed.holder.name).split(' ')[0]!))) return nothing('unknown')
    const { certificate, edition, centre, revocation, successor, renewedBy } = row
    return {
      line, typed, status, byNumber: !code,
      certificate: {
        serial: certificate.serial, code: certificate.code, holderName: printed?.holder.name ?? null, titles: printed?.course.titles ?? edition.titles, centre: printed?.centre.names ?? centre.names,
        issuedOn: certificate.issuedOn, expiresOn: certificate.expiresOn, state: life?.state ?? null, daysLeft: life?.daysLeft ?? null,
        revoked: revocation && life ? { on: dayOf(revocation.revokedAt, centre.timeZone), reason: revocation.reason } : null,
        successor: successor?.serial ?? null, renewedBy: renewedBy?.serial ?? null,
      },
    }
  })
}

type Asked = { line: number; typed: string; code: string | null; serial: string | null; words: string[] }

/** The lines that ask for something: their code, or their number with the words of the cells beside it. Pure. */
export function readList(text: string): Asked[] {
  const list = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const delimiter = [';', '\t', '|'].find((sign) => list.includes(sign)) ?? ','
  const { data } = Papa.parse<string[]>(list, { delimiter, newline: '\n' })
  return data.flatMap((cells, at) => {
    const full = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
    if (full.length === 0) return []
    const code = full.map(codeIn).find((one) => one !== null) ?? null
    const serial = full.map((cell) => serialInput.safeParse(cell)).find(({ success }) => success)?.data ?? null
    const words = full.filter((cell) => !serialInput.safeParse(cell).success).flatMap((cell) => searchable(cell).split(' '))
    // A heading asks for nothing.
    if (at === 0 && !code && !serial && data.length > 1) return []
    return [{ line: at + 1, typed: full.join('; ').slice(0, 200), code, serial, words }]
  })
}

/** The code in a cell, also when the cell is the address that the QR code leads to. */
const codeIn = (cell: string) => readCode(cell) ?? readCode(/\/verify\/([^/?#\s]+)/.exec(cell)?.[1] ?? '')
