import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { asOfLedgerInput, compareAsOf, type ComparedAsOf, type Difference, type Figures, type FigureName, partings, reconcile as compare, sources, statementFigures } from '#modules/reconciliation/index.ts'
import { moment, t } from '#modules/words/index.ts'
import { type Command, type Context, type ExitCode, WrongUsage } from './command.ts'

/** Counts the certificates four ways and compares, or holds the figures of a moment against the ledger. Exit code 1 when anything differs. */
export const reconcile: Command = {
  name: 'reconcile',
  summary: 'compares the ministry’s count with the register, the ledger and the exported list',
  usage: `reconcile [--json]
       besik reconcile --as-of 2026-03-31 [--json]
       besik reconcile --as-of 2026-03-31T12:00:00+05:00 [--json]

The first form counts the certificates in force four ways, as they stand now. The others count everything as of the end of a day in
Kazakhstan, or of a moment, from the ledger alone and by the ministry’s queries. A register of any size is read in one snapshot.`,
  async run(context) {
    const { values } = parseArgs({ args: context.args, options: { json: { type: 'boolean', default: false }, 'as-of': { type: 'string' } } })
    return values['as-of'] === undefined ? now(context, values.json) : past(context, values['as-of'], values.json)
  },
}

async function now({ db, print }: Context, json: boolean): Promise<ExitCode> {
  const found = await compare(db, system('command-line'), {})
  if (json) print(JSON.stringify(found, null, 2))
  else {
    for (const source of sources) print(`${t('en', `counts.source.${source}`).padEnd(24)} ${found.figures[source]}`)
    for (const one of found.differences) print(inWords(one))
    if (found.more > 0) print(`and ${found.more} more`)
    print(found.ok ? `Everything agrees, over ${found.entries} entries of the ledger.` : 'There are DIFFERENCES.')
  }
  return found.ok ? 0 : 1
}

async function past({ db, print }: Context, asOf: string, json: boolean): Promise<ExitCode> {
  if (!asOfLedgerInput.safeParse({ asOf }).success) throw new WrongUsage('--as-of takes a day (2026-03-31) or a moment with its offset (2026-03-31T12:00:00+05:00)')
  const found = await compareAsOf(db, system('command-line'), { asOf })
  const ok = found.differences.length === 0 && found.told.unreadable.length === 0
  if (json) {
    const { told: { asOf: moment, size, demonstration, total, parts, unreadable, unsaid }, query, differences, named, more } = found
    print(JSON.stringify({ ok, asOf: moment, entries: size, demonstration, ledger: { total, parts }, query, differences, named, more, unreadable, unsaid }, null, 2))
  } else for (const line of asLines(found, ok)) print(line)
  return ok ? 0 : 1
}

function* asLines({ told, query, differences, named, more }: ComparedAsOf, ok: boolean): Generator<string> {
  yield `As of ${moment('en', told.asOf)}, over ${told.size} entries of the ledger.`
  const width = 34
  yield ''.padEnd(width) + shown.map((figure) => nameOf(figure).padStart(20)).join('')
  const row = (name: string, one: Figures, other: Figures) => name.padEnd(width) + shown.map((figure) => (one[figure] === other[figure] ? `${one[figure]}` : `${one[figure]} ≠ ${other[figure]}`).padStart(20)).join('')
  yield row('all', query.total, told.total)
  for (const by of partings) {
    for (const value of new Set([...query.parts[by], ...told.parts[by]].map((one) => one.value))) {
      const of = (parts: typeof told.parts) => parts[by].find((one) => one.value === value) ?? nothing
      yield row(`${by} ${value ?? '—'}`, of(query.parts), of(told.parts))
    }
  }
  for (const { figure, part, query: one, ledger } of differences) yield `${nameOf(figure)}${part && `, ${part}`}: query ${one}, ledger ${ledger}`
  for (const { serial, field, query: one, ledger } of named) yield `${serial}: ${t('en', `reconcile.field.${field}`)}: query ${one ?? '—'}, ledger ${ledger ?? '—'}`
  if (more > 0) yield `and ${more} more`
  if (told.unreadable.length > 0) yield `Entries that can’t be read: ${told.unreadable.join(', ')}`
  yield ok ? 'Query and ledger agree.' : 'There are DIFFERENCES.'
}

/** Without a month, what was revoked at any time. */
const nameOf = (figure: FigureName) => t('en', figure === 'revoked' ? 'ministry.reconcile.as-of.revoked' : `statement.figure.${figure}`)

// Without a period what is counted in one is the same as what is counted ever.
const shown = ['standing', 'holders', 'valid', 'revoked'] as const satisfies FigureName[]
const nothing = Object.fromEntries(statementFigures.map((name) => [name, 0])) as Figures

const inWords = ({ serial, source, problem, field }: Difference) =>
  `${serial ?? '—'}: ${t('en', `counts.source.${source}`)} ${t('en', `counts.difference.${problem}`)}${field ? ` (${field})` : ''}`
