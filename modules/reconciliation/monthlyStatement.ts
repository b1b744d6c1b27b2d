import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { endOfDay } from '#modules/day.ts'
import { figureNames, partings } from './ledgerFigures.ts'

const count = z.int().min(0)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const figures = Object.fromEntries(figureNames.map((name) => [name, count])) as Record<(typeof figureNames)[number], typeof count>
const monthShape = z.string().regex(/^20[0-9]{2}-(0[1-9]|1[0-2])$/)

export const isMonth = (text: string) => monthShape.safeParse(text).success

/** What the ministry says of a month. Statements outlive this code: a later version may add facts, never lose or rename one. */
const shape = z.object({
  v: z.literal(1), type: z.literal('besik-monthly-statement'),
  month: monthShape, from: z.iso.date(), to: z.iso.date(),
  /** The end of the month in Kazakhstan. */
  asOf: z.iso.datetime(),
  /** Whether these are numbers of a demonstration. */
  demonstration: z.boolean(),
  /** What each figure counts, in the words of the day it was signed on. */
  definitions: z.array(z.object({ figure: z.enum(figureNames), name: z.string(), words: texts })),
  total: z.object(figures),
  parts: z.object(Object.fromEntries(partings.map((name) => [name, z.array(z.object({ value: z.string().nullable(), names: texts, ...figures }))])) as Record<(typeof partings)[number], z.ZodArray<z.ZodObject<{ value: z.ZodNullable<z.ZodString>; names: typeof texts } & typeof figures>>>),
  /** The signed head of the ledger over the entries that were counted. */
  ledger: z.object({ size: count, root: hash, checkpoint: z.string() }),
  /** The statement of an earlier month that was signed last before this one. */
  previous: z.object({ month: monthShape, digest: hash }).nullable(),
  kid: z.string(),
})
export type MonthlyStatement = z.infer<typeof shape>

export const digestOfStatement = (body: string) => createHash('sha256').update(body).digest('hex')

/** The one text that is signed: canonical JSON (RFC 8785) in NFC. */
export const writeStatement = (statement: MonthlyStatement): string => canonicalize(shape.parse(statement))!.normalize('NFC')

/** Throws when the text is no statement: only texts that this product wrote are stored. */
export const readStatementBody = (body: string): MonthlyStatement => shape.parse(JSON.parse(body))

/** First and last day of a month, and its last millisecond in Kazakhstan. */
export function daysOf(month: string): { from: string; to: string; asOf: Date } {
  const [year, number] = month.split('-').map(Number) as [number, number]
  const to = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
  return { from: `${month}-01`, to, asOf: endOfDay(to) }
}

/** The month before. */
export function monthBefore(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7)
}
