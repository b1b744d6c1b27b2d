import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { type CollegesPreview, type ImportedColleges, type LineProblem, mostListBytes, previewListOf, takeColleges } from '#modules/adoptions/index.ts'
import { courseSlug } from '#modules/courses/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { t } from '#modules/words/index.ts'
import { listProblem } from '#src/listProblem.ts'
import { type Command, WrongUsage } from './command.ts'

const mostShown = 200

/** Checks a list of colleges and their past adoptions line by line, and with `--commit` takes it in, all of it or nothing. */
export const collegeImport: Command = {
  name: 'college import',
  summary: 'checks a list of colleges and what they adopted line by line; with --commit takes it in, all or nothing',
  usage: 'college import FILE [--course COURSE] [--commit] [--json]',
  async run({ db, args, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { course: { type: 'string' }, commit: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })
    const [file] = positionals
    if (!file || positionals.length > 1) throw new WrongUsage('one file is wanted')
    const course = courseSlug.optional().safeParse(values.course)
    if (!course.success) throw new WrongUsage('--course wants the name of a course, as in its address')
    const bytes = await readFile(file).catch(() => {
      throw new WrongUsage(`${file} can’t be read`)
    })
    try {
      if (bytes.length > mostListBytes) throw new Refusal('colleges.too-large')
      const actor = system('command-line')
      const preview = await previewListOf(db, actor, bytes, course.data)
      const taken = values.commit && preview.ready ? await takeColleges(db, actor, bytes, course.data) : null
      if (values.json) print(JSON.stringify(inJson(preview, taken), null, 2))
      else inWords(preview, taken).forEach(print)
      return preview.ready ? 0 : 1
    } catch (error) {
      if (!(error instanceof Refusal) || !values.json) throw error
      print(JSON.stringify({ committed: false, refused: error.code, detail: t('en', `refusal.${error.code}`, error.facts) }, null, 2))
      return 1
    }
  },
}

const said = (problem: LineProblem) => listProblem((key, facts) => t('en', key, facts), 'en', problem)

const inJson = ({ lines, counts, unknown, ready }: CollegesPreview, taken: ImportedColleges | null) => ({
  committed: taken !== null, ready, counts, unknownColumns: unknown,
  lines: lines.map(({ line, kind, steps, problems }) => ({ line, kind, steps, problems: problems.map((one) => ({ code: one.code, detail: said(one) })) })),
  taken,
})

function inWords({ lines, counts, steps, unknown, ready }: CollegesPreview, taken: ImportedColleges | null): string[] {
  const told = lines.flatMap(({ line, problems, like }) => [
    ...problems.map((one) => `line ${line}  wrong: ${said(one)}`),
    ...(like.length > 0 ? [`line ${line}  look: ${t('en', 'colleges.import.like', { likely: like.map((names) => names.en).join('; ') })}`] : []),
  ])
  return [
    `${lines.length} lines: ${counts.new} new colleges, ${counts.known} with new steps, ${counts.same} with nothing new, ${counts.wrong} wrong; ${steps} steps.`,
    ...(unknown.length > 0 ? [t('en', 'colleges.import.unknown', { titles: unknown.join('; ') })] : []),
    ...told.slice(0, mostShown),
    ...(told.length > mostShown ? [`… and ${told.length - mostShown} more: --json tells all`] : []),
    taken ? `Taken in: ${taken.colleges} colleges, ${taken.adoptions} adoptions, ${taken.steps} steps.` : ready ? 'Nothing was taken in: add --commit to take it in.' : 'Nothing was taken in.',
  ]
}
