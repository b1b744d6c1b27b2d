import {
  assignTrainer, assignTrainerInput, changeCapacity, changeCapacityInput, changeState, changeStateInput, closeAttendance, closeAttendanceInput, enrol, enrolInput,
  markAttendance, markAttendanceInput, type Place, releaseTrainer, releaseTrainerInput, scheduleCohort, scheduleCohortInput, withdraw, withdrawInput,
} from '#modules/cohorts/index.ts'
import { ask } from './ask.ts'

const placed = (place: Place) => (place.state === 'enrolled' ? 'cohort.flash.seat' : 'cohort.flash.queue')
const own = enrolInput.pick({ cohortId: true })

export const cohorts = {
  schedule: ask(scheduleCohortInput, scheduleCohort, { flash: 'cohort.flash.scheduled', to: ({ locale, result }) => `/${locale}/centre/cohorts/${result.id}` }),
  move: ask(changeStateInput, changeState, { flash: ({ state }) => `cohort.flash.${state}` }),
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
 * A day's sheet: one field `<person> <half>` for each mark, whose person is in `person[]`. The button «everybody present»
 * sends the half it is for, and fills what has no mark yet.
 */
function readSheet(form: FormData) {
  const [cohortId, date, fill] = ['cohortId', 'date', 'fill'].map((name) => form.get(name))
  const marks = form.getAll('person[]').flatMap((personId) => (['am', 'pm'] as const).flatMap((half) => {
    const mark = form.get(`${personId} ${half}`) || (fill === half ? 'present' : '')
    return mark ? [{ personId, date, half, mark }] : []
  }))
  return { cohortId, marks }
}
