export { deliverDue, type Transport } from './deliverDue.ts'
export { forgetNoticesOf, forgetSentNotices } from './forget.ts'
export { type Letter, type NoticeKind, notify } from './notify.ts'
export { keptNotices, noticesHealth } from './queries.ts'
