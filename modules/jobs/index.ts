export { enqueue } from './enqueue.ts'
export { once } from './once.ts'
export { type Handlers, runDueJobs } from './runDueJobs.ts'
