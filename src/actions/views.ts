import { deleteView, deleteViewInput, renameView, renameViewInput, saveView, saveViewInput } from '#modules/counts/index.ts'
import { ask } from './ask.ts'

export const views = {
  save: ask(saveViewInput, saveView, { flash: 'view.saved' }),
  rename: ask(renameViewInput, renameView, { flash: 'view.renamed' }),
  delete: ask(deleteViewInput, deleteView, { flash: 'view.deleted' }),
}
