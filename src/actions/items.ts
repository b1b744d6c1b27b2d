import { removeItem, removeItemInput } from '#modules/assessment/index.ts'
import { ask } from './ask.ts'

export const items = {
  remove: ask(removeItemInput, removeItem, { flash: 'items.remove.done' }),
}
