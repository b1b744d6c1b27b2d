import type { Finding } from './format.ts'

/** What Moodle's reader of GIFT would refuse: read line by line and sign by sign, as it does. */
export function rehearseGift(bytes: Uint8Array): Finding[] {
  const text = Buffer.from(bytes).toString('utf8')
  const findings: Finding[] = []
  const ids = new Set<string>()
  for (const block of text.split(/\n{2,}/)) {
    const lines = block.split('\n')
    const id = /^\/\/ \[id:([^\]]+)\]/.exec(lines[0]!)?.[1]
    const body = lines.filter((line) => !line.startsWith('//')).join('\n').trim()
    if (!body || body.startsWith('$CATEGORY:')) continue
    const at = `questions.gift.txt#${id ?? body.slice(0, 30)}`
    const note = (rule: string, message: string) => findings.push({ rule, path: at, message })
    if (!id || ids.has(id)) note('id', 'is missing or stands twice')
    else ids.add(id)
    // What a backslash protects is text; what is left over has a meaning.
    const bare = body.replace(/\\[\\~=#{}:n]/g, ' ')
    const shape = /^::[^:]+::([^{}]*)\{([\s\S]*)\}$/.exec(bare)
    if (!shape) {
      note('shape', 'is not a title, a question and answers in braces')
      continue
    }
    const [, prompt = '', inside = ''] = shape
    if (!prompt.trim()) note('prompt', 'is empty')
    const [answers = ''] = inside.split('####')
    const given = answers.split('\n').map((line) => line.trim()).filter(Boolean)
    if (given.length === 0) continue
    if (given[0]!.startsWith('#')) {
      if (!/^#-?\d+(\.\d+)?:\d+(\.\d+)?$/.test(given[0]!)) note('number', `${given[0]} is not a number with its tolerance`)
    } else if (given.every((line) => line.includes('->'))) {
      if (given.length < 3) note('pairs', 'there must be three')
    } else {
      const weights = given.map((line) => /^~%(-?[\d.]+)%/.exec(line)?.[1]).filter((one) => one !== undefined).map(Number)
      const right = given.filter((line) => line.startsWith('=')).length
      if (given.some((line) => !/^[=~]/.test(line))) note('answers', 'a line is neither right nor wrong')
      if (weights.length === 0 ? right !== 1 : Math.abs(weights.filter((one) => one > 0).reduce((sum, one) => sum + one, 0) - 100) > 0.001) note('key', 'the right answers are not the whole mark')
    }
  }
  if (ids.size === 0) findings.push({ rule: 'questions', path: 'questions.gift.txt', message: 'there are none' })
  return findings
}
