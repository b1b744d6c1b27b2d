import {
  addCentre, addCentreInput, addCollege, addCollegeInput, addFacility, addFacilityInput, addRoom, addRoomInput, changeCentre, changeCentreInput, changeCollege, changeCollegeInput, changeFacility, changeFacilityInput,
  changeRoom, changeRoomInput, recordAccreditation, recordAccreditationInput, removeHoliday, removeHolidayInput, setHoliday, setHolidayInput, withdrawAccreditation, withdrawAccreditationInput,
} from '#modules/places/index.ts'
import { ask, fieldsOf } from './ask.ts'

/** Fields in three languages, named `names.kk`, `names.ru`, `names.en`, as one; ticked boxes, named in `boxes`, as true or false. */
function readPlace(form: FormData) {
  const fields: Record<string, unknown> = fieldsOf(form)
  for (const name of ['names', 'cities', 'body']) {
    if (!form.has(`${name}.kk`)) continue
    fields[name] = Object.fromEntries(['kk', 'ru', 'en'].map((locale) => [locale, fields[`${name}.${locale}`]]))
  }
  for (const box of String(form.get('boxes') ?? '').split(' ').filter(Boolean)) fields[box] = form.get(box) === 'on'
  if (form.get('director') === '') fields['director'] = form.has('centreId') ? null : undefined
  if (form.has('closed')) fields['closed'] = form.get('closed') === 'true'
  return fields
}

export const places = {
  addCentre: ask(addCentreInput, addCentre, { read: readPlace, flash: 'place.added', to: ({ locale, result }) => `/${locale}/admin/centres/${result.id}` }),
  changeCentre: ask(changeCentreInput, changeCentre, { read: readPlace, flash: 'place.saved' }),
  addRoom: ask(addRoomInput, addRoom, { flash: 'place.room.added' }),
  changeRoom: ask(changeRoomInput, changeRoom, { read: readPlace, flash: 'place.saved' }),
  recordAccreditation: ask(recordAccreditationInput, recordAccreditation, { read: readPlace, flash: 'accreditation.recorded' }),
  withdrawAccreditation: ask(withdrawAccreditationInput, withdrawAccreditation, { flash: 'accreditation.withdraw.done' }),
  addFacility: ask(addFacilityInput, addFacility, { read: readPlace, flash: 'place.added', to: ({ locale }) => `/${locale}/admin/facilities` }),
  changeFacility: ask(changeFacilityInput, changeFacility, { read: readPlace, flash: 'place.saved' }),
  addCollege: ask(addCollegeInput, addCollege, { read: readPlace, flash: 'place.added', to: ({ locale }) => `/${locale}/admin/colleges` }),
  changeCollege: ask(changeCollegeInput, changeCollege, { read: readPlace, flash: 'place.saved' }),
  setHoliday: ask(setHolidayInput, setHoliday, { read: readPlace, flash: 'place.saved' }),
  removeHoliday: ask(removeHolidayInput, removeHoliday, { flash: 'holidays.removed' }),
}
