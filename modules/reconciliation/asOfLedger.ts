import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { inSnapshot } from '#db/snapshot.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { cutInput, isDemonstration, settle } from '#modules/counts/index.ts'
import { day } from '#modules/day.ts'
import { headOf } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { cellFigures, figureKinds, type Figures, LedgerFigures, type Parting, partings, type Recomputed } from './ledgerFigures.ts'
import { tellingsOf } from './ledgerTellings.ts'
import { nameDifferences, type NamedDifference } from './nameDifferences.ts'
import { nameOfCell, queriedCells, queriedFigures } from './queriedFigures.ts'

export const asOfLedgerInput = z.object({
  asOf: cutInput.shape.asOf,
  /** The period of the figures that have one, by the counting date. */
  from: day.optional(),
  to: day.optional(),
  /** Only the first entries, as many as there were when something was said; all of them when absent. */
  size: z.int().min(0).optional(),
})
export type AsOfLedgerInput = z.input<typeof asOfLedgerInput>

const country = 'Asia/Almaty'

export type AsOf = Recomputed & { asOf: Date; demonstration: boolean; size: number }

/**
 * The figures as of any moment from the ledger's entries alone, read one after another. What is told later about an earlier moment counts
 * at that moment; with `size` nothing is heard that was told after. For auditors and the system.
 */
export async function asOfLedger(db: Db, actor: Actor, input: AsOfLedgerInput): Promise<AsOf> {
  const asked = asOfLedgerInput.parse(input)

  permit(mayAudit(actor))

  return (await inSnapshot(db, (tx) => heard(tx, asked))).told
}

async function heard(db: Db, { asOf, from, to, size: asked }: z.output<typeof asOfLedgerInput>): Promise<{ told: AsOf; ledger: LedgerFigures }> {
  const moment = settle({ asOf, where: {} }).asOf
  const { size: all } = await headOf(db)
  const size = Math.min(asked ?? all, all)
  const [setting] = await rows<{ demonstration: boolean }>(db, sql`select ${isDemonstration} as demonstration`)
  const ledger = new LedgerFigures({ asOf: moment, from, to, demonstration: setting!.demonstration, dayOf: (at) => dayOf(at, country) })
  for await (const part of tellingsOf(db, figureKinds, size)) for (const one of part) ledger.hear(one)
  return { told: { ...ledger.figures(), asOf: moment, demonstration: setting!.demonstration, size }, ledger }
}

/** A figure that the query and the ledger don't agree on; `part` is the region, course or profession, or their cell, and empty for the whole. */
export type FigureDifference = { figure: keyof Figures; part: string; query: number; ledger: number }

export type ComparedAsOf = {
  told: AsOf
  query: Pick<Recomputed, 'total' | 'parts'>
  differences: FigureDifference[]
  /** The certificates behind the differences, up to two hundred. */
  named: NamedDifference[]
  more: number
}

/**
 * The figures of the ledger beside what the ministry's queries say of the same moment and period, in one snapshot however large the register
 * is. When they differ, certificates are gone through one by one and those that are said differently are named.
 */
export async function compareAsOf(db: Db, actor: Actor, input: AsOfLedgerInput): Promise<ComparedAsOf> {
  const asked = asOfLedgerInput.parse(input)

  permit(mayAudit(actor))

  return inSnapshot(db, async (tx) => {
    const { told, ledger } = await heard(tx, asked)
    const query = await queriedFigures(tx, { ...asked, asOf: told.asOf })
    const oneByOne = await queriedCells(tx, { ...asked, asOf: told.asOf }, true)
    const differences = differencesOf(query, told)
    // What the pages say is summed up beforehand: the certificates behind it are asked as well, for sums may hide what was changed since.
    for (const one of differencesOfCells(oneByOne, told.cells)) if (!differences.some(({ figure, part }) => figure === one.figure && part === one.part)) differences.push(one)
    const { named, more } = differences.length === 0 ? { named: [], more: 0 } : await nameDifferences(tx, ledger, told.asOf)
    return { told, query: { total: query.total, parts: query.parts }, differences, named, more }
  })
}

/** Cell by cell what adds up, and part by part what doesn't: somebody is one human in two regions. */
function differencesOf(query: Pick<Recomputed, 'total' | 'parts' | 'cells'>, told: Recomputed): FigureDifference[] {
  const ofParts = ({ total, parts }: Pick<Recomputed, 'total' | 'parts'>, figure: 'people' | 'holders') =>
    new Map([['', total[figure]] as const, ...partings.flatMap((by: Parting) => parts[by].map((one) => [`${by}:${one.value ?? ''}`, one[figure]] as const))])
  return [...differencesOfCells(query.cells, told.cells), ...(['people', 'holders'] as const).flatMap((figure) => compared(figure, ofParts(query, figure), ofParts(told, figure)))]
}

const differencesOfCells = (query: Recomputed['cells'], told: Recomputed['cells']): FigureDifference[] =>
  cellFigures.flatMap((figure) => compared(figure, new Map(query.map((cell) => [nameOfCell(cell), cell[figure]])), new Map(told.map((cell) => [nameOfCell(cell), cell[figure]]))))

const compared = (figure: keyof Figures, one: Map<string, number>, other: Map<string, number>): FigureDifference[] =>
  [...new Set([...one.keys(), ...other.keys()])].flatMap((part) => {
    const [query, ledger] = [one.get(part) ?? 0, other.get(part) ?? 0]
    return query === ledger ? [] : [{ figure, part, query, ledger }]
  })
