import { addSuggestion, addSuggestionInput, changeSuggestion, changeSuggestionInput } from '#modules/followup/index.ts'
import { ask } from './ask.ts'

export const suggestions = {
  add: ask(addSuggestionInput, addSuggestion, { flash: 'suggestion.added' }),
  change: ask(changeSuggestionInput, changeSuggestion, { flash: 'suggestion.changed' }),
}
