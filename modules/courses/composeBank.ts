import type { ContentProblem } from './checkCourse.ts'
import { composeCase } from './composeCase.ts'
import type { Bank, WrittenBank } from './itemShapes.ts'

/** A bank with its cases worked out by the protocols. A case that can't be is a problem of its file and left out. */
export function composeBank(bank: WrittenBank | null, problems: ContentProblem[]): Bank[] {
  if (!bank) return []
  const items = bank.items.flatMap((item) => {
    if (item.kind !== 'case') return [item]
    const composed = composeCase(item)
    if ('item' in composed) return [composed.item]
    problems.push({ file: `questions/${bank.bank}.yaml`, field: `${item.id}.${composed.problem.field}`, reason: composed.problem.reason })
    return []
  })
  return [{ ...bank, items }]
}
