import { system } from '#modules/actor.ts'
import type { Handlers } from '#modules/jobs/index.ts'
import { keepFile } from './keepFile.ts'

/** Background work of this module: drawing PDFs, so that the first reader needn't wait. */
export const certificateJobs: Handlers = {
  'certificate.draw': async (tx, payload) => {
    await keepFile(tx, system('jobs'), { certificateId: String(payload['certificateId']) })
  },
}
