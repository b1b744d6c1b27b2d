import { sealAttendance } from '#modules/attendance/index.ts'
import { changeState, changeStateInput } from '#modules/cohorts/index.ts'
import { copyCohort, copyCohortInput, moveCohort, moveCohortInput } from '#modules/timetable/index.ts'
import { readPlan } from '#src/planOf.ts'
import { ask } from './ask.ts'

/** A cohort that is in the timetable already: copied, moved, cancelled. */
export const schedule = {
  copy: ask(copyCohortInput, copyCohort, { read: readPlan, flash: 'schedule.flash.copied', to: ({ locale, result }) => `/${locale}/centre/cohorts/${result.id}` }),
  move: ask(moveCohortInput, moveCohort, { read: readPlan, flash: ({ moved }) => (moved ? 'schedule.flash.moved' : 'schedule.flash.same') }),
  cancel: ask(changeStateInput, (db, actor, input) => changeState(db, actor, input, sealAttendance), { flash: 'cohort.flash.cancelled' }),
}
