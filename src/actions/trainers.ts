import {
  addAbsence, addAbsenceInput, changeTrainer, changeTrainerInput, registerTrainer, registerTrainerInput, removeAbsence, removeAbsenceInput,
} from '#modules/timetable/index.ts'
import { ask, fieldsOf } from './ask.ts'

/** Ticked boxes, `language.kk` and `course.imci`, as lists. */
function readTrainer(form: FormData) {
  const ticked = (name: string) => [...form.keys()].filter((key) => key.startsWith(`${name}.`)).map((key) => key.slice(name.length + 1))
  return { ...fieldsOf(form), languages: ticked('language'), courses: ticked('course') }
}

export const trainers = {
  register: ask(registerTrainerInput, registerTrainer, { read: readTrainer, flash: 'trainer.flash.registered' }),
  change: ask(changeTrainerInput, changeTrainer, { read: readTrainer, flash: 'trainer.flash.changed' }),
  addAbsence: ask(addAbsenceInput, addAbsence, { flash: ({ teaching }) => (teaching > 0 ? 'trainer.flash.absence-teaching' : 'trainer.flash.absence') }),
  removeAbsence: ask(removeAbsenceInput, removeAbsence, { flash: 'trainer.flash.absence-removed' }),
}
