import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { peopleStanding } from '#modules/certificates/index.ts'
import { certificatesCounted, inDays, type Settled, within } from '#modules/counts/index.ts'
import { certificatesRevokedBy } from '#modules/overview/index.ts'
import { byValue, type CellFigures, cellFigures, type FigureName, figureNames, type Part, type Parting, partings, type Recomputed } from './ledgerFigures.ts'

/** Everything that can be asked for: no certificate is dated before or after. */
const ever = { from: '1990-01-01', to: '2199-12-31' }

type Cell = Record<Parting, string | null>

export type Asked = { asOf: Date; from?: string | undefined; to?: string | undefined }

/** What adds up, cell by cell, as the ministry's own queries say it: from what they read, or from the certificates `oneByOne`. */
export async function queriedCells(db: Db, { asOf, from, to }: Asked, oneByOne: boolean): Promise<CellFigures[]> {
  const always: Settled = { asOf, live: false, where: {}, oneByOne }
  const cells = new Map<string, CellFigures>()
  const add = (figure: (typeof cellFigures)[number], { region, course, profession, count }: Cell & { count: number }) => {
    const name = nameOfCell({ region, course, profession })
    const cell = cells.get(name) ?? { region, course, profession, certificates: 0, standing: 0, valid: 0, revoked: 0 }
    cell[figure] += count
    cells.set(name, cell)
  }
  const counted = (cut: Settled) => rows<Cell & { state: string; count: number }>(db, certificatesCounted(cut, [...partings, 'state']))
  for (const row of await counted({ ...always, from, to })) add('certificates', row)
  for (const row of await counted(always)) {
    add('standing', row)
    if (row.state === 'valid') add('valid', row)
  }
  for (const row of await rows<Cell & { count: number }>(db, certificatesRevokedBy({ from: from ?? ever.from, to: to ?? ever.to }, asOf))) add('revoked', row)
  return [...cells.values()]
}

/** The figures of a moment and period as the ministry's own queries say them: those that its pages show, with this moment in place of now. */
export async function queriedFigures(db: Db, asked: Asked): Promise<Pick<Recomputed, 'total' | 'parts' | 'cells'>> {
  const cells = await queriedCells(db, asked, false)
  const always: Settled = { asOf: asked.asOf, live: false, where: {} }
  const total = nothing()
  const parts = { region: new Map<string | null, Part>(), course: new Map<string | null, Part>(), profession: new Map<string | null, Part>() }
  const part = (by: Parting, value: string | null) => {
    const known = parts[by].get(value) ?? { value, ...nothing() }
    parts[by].set(value, known)
    return known
  }
  for (const cell of cells) for (const figure of cellFigures) for (const one of [total, ...partings.map((by) => part(by, cell[by]))]) one[figure] += cell[figure]
  for (const [figure, cut] of [['people', { ...always, from: asked.from, to: asked.to }], ['holders', always]] as const) {
    total[figure] = (await people(db, cut))[0]!.count
    for (const by of partings) for (const { key, count } of await people(db, cut, by)) part(by, key)[figure] = count
  }
  return {
    total, cells,
    parts: Object.fromEntries(partings.map((by) => [by, [...parts[by].values()].filter((one) => figureNames.some((figure) => one[figure] > 0)).toSorted(byValue)])) as Record<Parting, Part[]>,
  }
}

const nothing = () => Object.fromEntries(figureNames.map((name) => [name, 0])) as Record<FigureName, number>

const columns = { region: sql`c.region_code`, course: sql`c.course`, profession: sql`c.profession` }

const people = (db: Db, cut: Settled, by?: Parting) => rows<{ key: string | null; count: number }>(db, peopleStanding({ within: within(cut), asOf: cut.asOf }, inDays(cut), by && columns[by]))

export const nameOfCell = (cell: Cell) => partings.map((name) => cell[name] ?? '').join(' · ')
