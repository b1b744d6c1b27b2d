import { system } from '#modules/actor.ts'
import { enqueue, type Handlers } from '#modules/jobs/index.ts'
import { handOverDue } from './handOverBatch.ts'
import { issueNext } from './issueByPlan.ts'
import { keepFile } from './keepFile.ts'

/** Background work of this module: drawing PDFs, so that the first reader needn't wait; issuing by a plan; telling the holders of a batch. */
export const certificateJobs: Handlers = {
  'certificate.draw': async (tx, payload) => {
    await keepFile(tx, system('jobs'), { certificateId: String(payload['certificateId']) })
  },
  // A person a time, each with the job that dealt with them: a process that dies loses nobody, and other work comes in between.
  'certificate.issue': async (tx, payload) => {
    const batchId = String(payload['batchId'])
    if (await issueNext(tx, batchId, new Date())) await enqueue(tx, 'certificate.issue', { batchId })
  },
  'certificate.hand-over': (tx, payload) => handOverDue(tx, String(payload['batchId']), new Date()),
}
