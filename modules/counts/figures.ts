import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { settle, type Settled } from './cut.ts'
import { certificatesCounted, certificatesExpiring, certificatesValid, peopleCertified } from './definitions.ts'

/** The numbers that explain themselves; their words are `counts.definition.<name>`. */
export const explainedFigures = ['certificates', 'people', 'valid', 'expiring'] as const
export type ExplainedFigure = (typeof explainedFigures)[number]

const queries: Record<ExplainedFigure, (cut: Settled) => SQL> = {
  certificates: (cut) => certificatesCounted(cut, []),
  people: peopleCertified,
  valid: certificatesValid,
  expiring: certificatesExpiring,
}

/** The query of a figure: the one that its number comes from, wherever it is shown. */
export const queryOf = (name: ExplainedFigure, cut: Settled): SQL => queries[name](cut)

/** A query as it is sent: its text in lines, and the values of its parameters in their order. */
export type Sent = { text: string; parameters: string[] }

const dialect = new PgDialect({ casing: 'snake_case' })

export function sentAs(query: SQL): Sent {
  const { sql: written, params } = dialect.sqlToQuery(query)
  const text = written.includes('\n') ? written : written.replace(/ (from|inner join|left join|where|order by|limit) /g, '\n $1 ')
  return { text: text.split('\n').filter((line) => line.trim() !== '').map((line) => line.replace(/^ {2}/, '').trimEnd()).join('\n'), parameters: params.map(String) }
}

/** The query of a figure over everything, as it stands now and as it stood at a moment. */
export const definitionOf = (name: ExplainedFigure, now = new Date()): { now: Sent; past: Sent } => {
  const live = settle({ where: {} }, now)
  return { now: sentAs(queryOf(name, live)), past: sentAs(queryOf(name, { ...live, live: false })) }
}
