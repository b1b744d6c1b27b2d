import { changeState, changeStateInput, copyCohort, copyCohortInput, moveCohort, moveCohortInput } from '#modules/cohorts/index.ts'
import { readPlan } from '#src/planOf.ts'
import { ask } from './ask.ts'

/** A cohort that is in the timetable already: copied, moved, cancelled. */
export const schedule = {
  copy: ask(copyCohortInput, copyCohort, { read: readPlan, flash: 'schedule.flash.copied', to: ({ locale, result }) => `/${locale}/centre/cohorts/${result.id}` }),
  move: ask(moveCohortInput, moveCohort, { read: readPlan, flash: ({ moved }) => (moved ? 'schedule.flash.moved' : 'schedule.flash.same') }),
  cancel: ask(changeStateInput, changeState, { flash: 'cohort.flash.cancelled' }),
}
