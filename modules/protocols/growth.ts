import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { growthShape } from './shapes.ts'

export type Sex = 'F' | 'M'
export type Indicator = 'weight-for-length' | 'weight-for-height' | 'weight-for-age'
type Table = { from: number; step: number; L: Float64Array; M: Float64Array; S: Float64Array }
/** The WHO Child Growth Standards: by indicator and sex, L, M and S at every 0.1 cm, or day. */
export type Growth = { source: { title: string; publisher: string; year: number; note: string }; tables: Record<`${Indicator},${Sex}`, Table> }

/** Reads content/protocols/growth: source.yaml names the file and its ranges; a line that's missing or doubled is refused. */
export function readGrowth(folder: string): Growth {
  const { file, source, indicators } = growthShape.parse(parse(readFileSync(join(folder, 'source.yaml'), 'utf8')))
  const tables = {} as Growth['tables']
  for (const { id, from, to, step } of indicators) for (const sex of ['F', 'M'] as const) {
    const size = Math.round((to - from) / step) + 1
    tables[`${id},${sex}`] = { from, step, L: new Float64Array(size).fill(NaN), M: new Float64Array(size).fill(NaN), S: new Float64Array(size).fill(NaN) }
  }
  for (const line of readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1)) {
    const [indicator, sex, measure, L, M, S] = line.trim().split(',')
    const table = tables[`${indicator as Indicator},${sex as Sex}`]
    const row = table ? Math.round((Number(measure) - table.from) / table.step) : -1
    if (!table || !(row in table.L) || !Number.isNaN(table.L[row])) throw new Error(`${file}: line not expected: ${line}`)
    table.L[row] = Number(L)
    table.M[row] = Number(M)
    table.S[row] = Number(S)
  }
  for (const [name, { L, M, S }] of Object.entries(tables)) if ([L, M, S].some((one) => one.some(Number.isNaN))) throw new Error(`${file}: ${name} has holes`)
  return { source, tables }
}
