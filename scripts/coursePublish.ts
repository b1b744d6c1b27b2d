import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { publishCourse, publishCourseInput } from '#modules/courses/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { type Key, t } from '#modules/words/index.ts'
import { type Command, WrongUsage } from './command.ts'
import { prepareDatabase } from './migrate.ts'

const usage = `course publish COURSE [--approval-body TEXT --approval-number TEXT --approval-date YYYY-MM-DD] [--demonstration] [--json]`

/** Freezes a course as its next edition. Says where the content doesn't fit, with file and field, and then publishes nothing. */
export const coursePublish: Command = {
  name: 'course publish',
  summary: 'freezes a course of content/courses as its next edition; the same content is the same edition',
  usage,
  async run(context) {
    const input = readArguments(context.args)
    await prepareDatabase(context)
    try {
      const { json, ...what } = input
      const { editionId, course, number, contentHash, created } = await publishCourse(context.db, system('command-line'), what)
      if (json) context.print(JSON.stringify({ editionId, course, number, contentHash, created }))
      else context.print(`${course}, edition ${number}: ${created ? 'published' : 'this content is published already'} (content ${contentHash.slice(0, 16)}…, id ${editionId})`)
      return 0
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const places = Object.entries(error.fields ?? {}).map(([place, reason]) => ({ place, reason }))
      if (input.json) context.print(JSON.stringify({ code: error.code, facts: error.facts, places }))
      else {
        context.print(t('en', `refusal.${error.code}`, error.facts))
        for (const { place, reason } of places) context.print(`  ${place}: ${t('en', reason as Key)}`)
      }
      return 1
    }
  },
}

function readArguments(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { 'approval-body': text, 'approval-number': text, 'approval-date': text, demonstration: flag, json: flag } })
  if (positionals.length !== 1) throw new WrongUsage('name one course')
  const given = { body: values['approval-body'], number: values['approval-number'], date: values['approval-date'] }
  const approval = Object.values(given).some((value) => value !== undefined) ? given : undefined
  const parsed = publishCourseInput.safeParse({ course: positionals[0], approval, demonstration: values.demonstration })
  if (!parsed.success) throw new WrongUsage(`${parsed.error.issues[0]!.path.join(' ')} does not fit`)
  return { ...parsed.data, json: values.json }
}
