export { deliverDue, type Transport } from './deliverDue.ts'
export { type NoticeKind, notify } from './notify.ts'
export { keptNotices } from './queries.ts'
