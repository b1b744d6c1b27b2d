import { checkInSelf, checkInSelfInput, reopenAttendance, reopenAttendanceInput } from '#modules/attendance/index.ts'
import { demandReopenable } from '#modules/certificates/index.ts'
import { ask } from './ask.ts'

export const attendance = {
  reopen: ask(reopenAttendanceInput, (db, actor, input) => reopenAttendance(db, actor, input, demandReopenable), { flash: 'attendance.flash.reopened' }),
  /** The code leaves the address once it is used. */
  checkIn: ask(checkInSelfInput, (db, actor, input) => checkInSelf(db, actor, input), {
    flash: ({ mine, mark }) => (!mine ? 'check-in.flash.standing' : mark === 'late' ? 'check-in.flash.late' : 'check-in.flash.present'),
    to: ({ locale }) => `/${locale}/check-in`,
  }),
}
