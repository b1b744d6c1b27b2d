import { closeAttendance, closeAttendanceInput, markAttendance, markAttendanceInput, sealAttendance } from '#modules/attendance/index.ts'
import { changeCapacity, changeCapacityInput, changeState, changeStateInput, enrol, enrolInput, type Place, withdraw, withdrawInput } from '#modules/cohorts/index.ts'
import { assignTrainer, assignTrainerInput, releaseTrainer, releaseTrainerInput, scheduleCohort, scheduleCohortInput } from '#modules/timetable/index.ts'
import { readPlan } from '#src/planOf.ts'
import { ask } from './ask.ts'

const placed = (place: Place) => (place.state === 'enrolled' ? 'cohort.flash.seat' : 'cohort.flash.queue')
const own = enrolInput.pick({ cohortId: true })

export const cohorts = {
  schedule: ask(scheduleCohortInput, scheduleCohort, { read: readPlan, flash: 'cohort.flash.scheduled', to: ({ locale, result }) => `/${locale}/centre/cohorts/${result.id}` }),
  move: ask(changeStateInput, (db, actor, input) => changeState(db, actor, input, sealAttendance), { flash: ({ state }) => `cohort.flash.${state}` }),
  resize: ask(changeCapacityInput, changeCapacity, { flash: 'cohort.flash.resized' }),
  /** The trainee's own seat: whoever is signed in is meant, whatever the form says. */
  join: ask(own, (db, actor, { cohortId }) => enrol(db, actor, { cohortId, personId: actor.personId! }), { flash: placed }),
  leave: ask(own, (db, actor, { cohortId }) => withdraw(db, actor, { cohortId, personId: actor.personId! }), { flash: 'cohort.flash.left' }),
  add: ask(enrolInput.pick({ cohortId: true, personId: true }), enrol, { flash: (place) => (place.state === 'enrolled' ? 'cohort.flash.added-seat' : 'cohort.flash.added-queue') }),
  remove: ask(withdrawInput, withdraw, { flash: 'cohort.flash.removed' }),
  assignTrainer: ask(assignTrainerInput, assignTrainer, { flash: 'cohort.flash.trainer' }),
  releaseTrainer: ask(releaseTrainerInput, releaseTrainer, { flash: 'cohort.flash.no-trainer' }),
  mark: ask(markAttendanceInput, markAttendance, { flash: 'attendance.flash.saved', read: readSheet }),
  closeAttendance: ask(closeAttendanceInput, closeAttendance, { flash: 'attendance.flash.closed' }),
}

/**
 * A half-day's sheet: one field `<person> <half>` for each mark. `person[]` tells who was on the page with the mark that it
 * showed, so that only what was changed here is saved and a page that stood open for long writes over nobody's later mark.
 * The button «everybody present» sends the half it is for, and fills what had no mark when the page was drawn (`seen`).
 */
function readSheet(form: FormData) {
  const [cohortId, date, fill, seen] = ['cohortId', 'date', 'fill', 'seen'].map((name) => form.get(name))
  const marks = form.getAll('person[]').flatMap((person) => {
    const [personId, shown = ''] = String(person).split(' ')
    return (['am', 'pm'] as const).flatMap((half) => {
      const mark = form.get(`${personId} ${half}`)
      if (mark) return mark === shown ? [] : [{ personId, date, half, mark }]
      return fill === half && shown === '' ? [{ personId, date, half, mark: 'present', at: seen ?? undefined }] : []
    })
  })
  return { cohortId, marks }
}
