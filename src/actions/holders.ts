import { revealHolder, revealHolderInput } from '#modules/trail/index.ts'
import { keepForOnce } from '#src/shownOnce.ts'
import { ask } from './ask.ts'

export const holders = {
  reveal: ask(revealHolderInput, revealHolder, { after: (context, { name, code }, { serial }) => keepForOnce(context, `holder ${serial}`, { name, code }) }),
}
