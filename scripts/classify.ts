import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Answer, answerShape, classify as answer, findingsShape, protocolEditions } from '#modules/protocols/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { t } from '#modules/words/index.ts'
import { type Command, WrongUsage } from './command.ts'

type Wrong = { line: number; error: { code: string; detail: string; fields?: Record<string, string> } }

/** JSON lines of findings in, one line of answer each. Exit code 1 when a line did not fit; the others are answered all the same. */
export const classify: Command = {
  name: 'classify',
  summary: 'classifies sick children: JSON lines of findings in, classifications out (training use)',
  usage: 'classify [--edition E] [--schema] [--json] < FINDINGS',
  alone: true,
  async run({ args, print }) {
    const { values } = parseArgs({ args, options: { edition: { type: 'string' }, schema: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })
    const { edition } = values
    const known = protocolEditions().filter(({ covers }) => !covers.includes('triage')).map(({ id }) => id)
    if (edition !== undefined && !known.includes(edition)) throw new WrongUsage(`there is no edition ${edition}; there are ${known.join(', ')}`)
    if (values.schema) {
      print(JSON.stringify({ findings: z.toJSONSchema(findingsShape(edition), { io: 'input' }), answer: z.toJSONSchema(answerShape, { io: 'output', unrepresentable: 'any' }) }, null, 2))
      return 0
    }
    let wrong = 0
    let line = 0
    const all: (Answer | Wrong)[] = []
    for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      line++
      if (text.trim() === '') continue
      const found = answered(text, line, edition)
      if ('error' in found) wrong++
      if (values.json) all.push(found)
      else print(JSON.stringify(found))
    }
    if (values.json) print(JSON.stringify({ answers: all }, null, 2))
    return wrong === 0 ? 0 : 1
  },
}

function answered(text: string, line: number, edition: string | undefined): Answer | Wrong {
  const refused = (code: string, detail: string, fields?: Record<string, string>): Wrong => ({ line, error: { code, detail, ...(fields ? { fields } : {}) } })
  let findings: unknown
  try {
    findings = JSON.parse(text)
  } catch {
    return refused('input.malformed', 'This line is not JSON.')
  }
  const parsed = findingsShape(edition).safeParse(findings)
  if (!parsed.success) {
    const fields = Object.fromEntries(parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.') || 'line']).map((field) => [field, issue.code])))
    return refused('input.invalid', 'These findings are not in the schema; see besik classify --schema.', fields)
  }
  try {
    return answer(parsed.data, { edition })
  } catch (error) {
    if (error instanceof Refusal) return refused(error.code, t('en', `refusal.${error.code}`, error.facts))
    throw error
  }
}
