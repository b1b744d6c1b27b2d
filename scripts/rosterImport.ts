import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { type Imported, importRoster, maximumBytes, placeOf, type PreviewRow, previewRoster, previewRosterInput, type RosterPreview, sayProblem } from '#modules/rosters/index.ts'
import { t } from '#modules/words/index.ts'
import { type Command, WrongUsage } from './command.ts'

const mostShown = 200

/** Checks a roster file line by line, and with `--commit` imports it, all of it or nothing. Nobody is named: what a terminal shows is often kept. */
export const rosterImport: Command = {
  name: 'roster import',
  summary: 'checks a roster for a cohort line by line; with --commit imports it, all or nothing',
  usage: 'roster import FILE --cohort ID [--confirm LINE:iin | LINE:changes | LINE:facility:ID]… [--commit] [--json]',
  async run({ db, args, print }) {
    const { values, positionals } = parseArgs({
      args, allowPositionals: true,
      options: { cohort: { type: 'string' }, confirm: { type: 'string', multiple: true }, commit: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    })
    const [file] = positionals
    if (!file || positionals.length > 1) throw new WrongUsage('one file is wanted')
    const bytes = await bytesOf(file)
    const input = previewRosterInput.safeParse({ cohortId: values.cohort, bytes, confirmed: values.confirm })
    if (!input.success) throw new WrongUsage(input.error.issues[0]!.path[0] === 'confirmed' ? '--confirm wants LINE:iin, LINE:changes or LINE:facility:ID' : '--cohort wants the id of a cohort')

    const actor = system('command-line')
    try {
      const preview = await previewRoster(db, actor, input.data)
      const imported = values.commit && preview.ready ? await importRoster(db, actor, { ...input.data, digest: preview.digest }) : null
      if (values.json) print(JSON.stringify(inJson(preview, imported), null, 2))
      else inWords(preview, imported).forEach(print)
      return preview.ready ? 0 : 1
    } catch (error) {
      if (!(error instanceof Refusal) || !values.json) throw error
      print(JSON.stringify({ committed: false, refused: error.code, detail: t('en', `refusal.${error.code}`, error.facts) }, null, 2))
      return 1
    }
  },
}

async function bytesOf(file: string): Promise<Buffer> {
  const bytes = await readFile(file).catch(() => {
    throw new WrongUsage(`${file} can’t be read`)
  })
  if (bytes.length > maximumBytes) throw new Refusal('roster.too-large', { megabytes: maximumBytes / 1024 / 1024 })
  return bytes
}

const told = ({ head }: RosterPreview, { problems }: PreviewRow) =>
  problems.map((one) => ({ level: one.level, code: one.code, column: placeOf(head, one.field)?.letter ?? null, title: placeOf(head, one.field)?.title ?? null, detail: sayProblem('en', one) }))

/** What can be agreed to, in the words to type. */
const answers = ({ line, offers, changes }: PreviewRow) => [
  ...(offers.iin ? [{ confirm: `${line}:iin`, does: 'puts the lost zeros back' }] : []),
  ...(offers.changes ? [{ confirm: `${line}:changes`, does: `takes over ${changes.map(({ field }) => t('en', `roster.field.${field}`)).join(', ')}` }] : []),
  ...(offers.facilities ?? []).map(({ id, name }) => ({ confirm: `${line}:facility:${id}`, does: `means ${name}` })),
]

const inJson = (preview: RosterPreview, imported: Imported | null) => ({
  committed: imported !== null,
  ready: preview.ready,
  digest: preview.digest,
  encoding: preview.head.encoding,
  separator: preview.head.separator,
  unknownColumns: preview.head.unknown.map(({ letter, title }) => ({ letter, title })),
  counts: preview.counts,
  enrol: preview.enrol,
  rows: preview.rows.map((row) => ({ line: row.line, kind: row.kind, changes: row.changes.map(({ field }) => field), answers: answers(row), problems: told(preview, row) })),
  skipped: preview.skipped.map(({ line, until, why }) => ({ line, until, why })),
  imported,
})

function inWords(preview: RosterPreview, imported: Imported | null): string[] {
  const { counts, enrol, head, rows, skipped, ready, above } = preview
  const lines = rows.flatMap((row) => [
    ...told(preview, row).map(({ level, column, title, detail }) => `line ${row.line}${column ? `, column ${column} «${title}»` : ''}  ${level}: ${detail}`),
    ...answers(row).map(({ confirm, does }) => `line ${row.line}  --confirm ${confirm} ${does}`),
  ])
  return [
    `${head.encoding}, separated by ${head.separator === '\t' ? 'tabs' : head.separator}: ${rows.length} people, ${counts.new} new, ${counts.matched} registered, ${counts.changed} changed, ${counts.wrong} wrong.`,
    ...head.unknown.map(({ letter, title }) => `column ${letter} «${title}» is not known and was not read`),
    ...lines.slice(0, mostShown),
    ...(lines.length > mostShown ? [`… and ${lines.length - mostShown} more: --json tells all`] : []),
    ...skipped.map(({ line, until, why }) => `line${until > line ? `s ${line}–${until}` : ` ${line}`} skipped: ${{ empty: 'empty', total: 'a total', above: 'above the titles' }[why]}`),
    ...(above ? [t('en', 'refusal.roster.too-many-people', { limit: above })] : []),
    imported
      ? `Imported: ${imported.created} people made, ${imported.changed} changed, ${imported.enrolled} seats, ${imported.queued} places in the queue, ${imported.alreadyIn} were in already, ${imported.leftOut} left out.`
      : ready
        ? `Would enrol ${enrol.people}: ${enrol.seats} seats, ${enrol.queue} places in the queue. Nothing was imported: add --commit to import.`
        : 'Nothing was imported.',
  ]
}
