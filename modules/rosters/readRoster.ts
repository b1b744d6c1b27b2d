import { Refusal } from '#modules/refusal.ts'
import type { ReadOptions, RosterHead, RosterRow } from './read.ts'
import { withThread } from './thread.ts'

export const maximumBytes = 32 * 1024 * 1024
/** Milliseconds after which a file is given up. */
const longest = 30_000

/**
 * Reads a roster file of up to 32 MB and 100,000 people in a thread of its own, so that the server goes on answering:
 * encoding, separator, titles, and each row tidied and judged by itself. With `take` the rows are handed over in the file's
 * order, some hundred at a time, instead of being kept; it may be slow. Refuses a file that can't be read, in words (`roster.…`).
 */
export async function readRoster(bytes: Uint8Array, options: Partial<ReadOptions> = {}, take?: (rows: RosterRow[]) => void | Promise<void>): Promise<{ head: RosterHead; rows: RosterRow[] }> {
  if (bytes.byteLength === 0) throw new Refusal('roster.empty')
  if (bytes.byteLength > maximumBytes) throw new Refusal('roster.too-large', { megabytes: maximumBytes / 1024 / 1024 })
  const today = new Date().toISOString().slice(0, 10)

  return withThread(bytes.byteLength, async (ask) => {
    const first = await ask({ facilities: [], today, consents: new Map(), ...options, bytes }, longest)
    if ('refusal' in first) throw new Refusal(first.refusal.code, first.refusal.facts)
    if (!('head' in first)) throw new Error('the roster thread answered out of turn')
    const rows: RosterRow[] = []
    for (let done = false; !done; ) {
      const next = await ask('more', longest)
      if (!('rows' in next)) throw new Error('the roster thread answered out of turn')
      if (take) await take(next.rows)
      else for (const row of next.rows) rows.push(row)
      done = next.done
    }
    return { head: first.head, rows }
  })
}
