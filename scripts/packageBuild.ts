import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { editionsOf } from '#modules/courses/index.ts'
import { buildPackage, forms, makeHere, packageLocales } from '#modules/packages/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { t } from '#modules/words/index.ts'
import { type Command, WrongUsage } from './command.ts'
import { prepareDatabase } from './migrate.ts'

const names = forms.map((one) => one.format)

/** Builds the packages of a course's newest edition, or shows those that stand. */
export const packageBuild: Command = {
  name: 'package build',
  summary: 'builds what colleges download of a course’s newest edition, with the import check',
  usage: `package build COURSE [--edition N] [--locale ${packageLocales.join('|')}] [--format ${names.join('|')}] [--json]`,
  async run(context) {
    const input = readArguments(context.args)
    await prepareDatabase(context)
    const all = await editionsOf(context.db, input.course)
    const edition = all.find((one) => input.edition === undefined || one.number === input.edition)
    if (!edition) {
      context.print(`There is no edition ${input.edition ?? ''} of “${input.course}”. Publish it with besik course publish.`)
      return 1
    }
    const make = makeHere()
    const built: { format: string; locale: string; version: string; bytes: number; sha256: string }[] = []
    for (const locale of input.locales) {
      for (const format of input.formats) {
        try {
          const { version, bytes, sha256 } = await buildPackage(context.db, system('command-line'), { editionId: edition.id, locale, format }, make)
          built.push({ format, locale, version, bytes, sha256 })
          if (!input.json) context.print(`${input.course} ${version} ${locale} ${format}: ${bytes} bytes, sha256 ${sha256}`)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          context.print(input.json ? JSON.stringify({ code: error.code, facts: error.facts, format, locale }) : t('en', `refusal.${error.code}`, error.facts))
          return 1
        }
      }
    }
    if (input.json) context.print(JSON.stringify({ course: input.course, edition: edition.number, packages: built }))
    return 0
  },
}

function readArguments(args: string[]) {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { edition: text, locale: text, format: text, json: { type: 'boolean', default: false } } })
  const [course, ...rest] = positionals
  if (!course || rest.length > 0) throw new WrongUsage('name one course')
  if (values.edition !== undefined && !/^[1-9]\d{0,5}$/.test(values.edition)) throw new WrongUsage('an edition is a number')
  const one = <Name extends string>(value: string | undefined, known: readonly Name[], what: string): readonly Name[] => {
    if (value === undefined) return known
    const found = known.find((name) => name === value)
    if (!found) throw new WrongUsage(`${what} is one of ${known.join(', ')}`)
    return [found]
  }
  return { course, edition: values.edition === undefined ? undefined : Number(values.edition), locales: one(values.locale, packageLocales, 'a locale'), formats: one(values.format, names, 'a format'), json: values.json }
}
