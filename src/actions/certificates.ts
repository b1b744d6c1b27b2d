import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import {
  handOverBatch, handOverBatchInput, issueCertificates, mostAtOnce, planIssue, planIssueInput, planOf, replaceCertificate,
  replaceCertificateInput, revokeCertificate, revokeCertificateInput, startIssue, startIssueInput, takeBackBatch, takeBackBatchInput,
  verifyFile,
} from '#modules/certificates/index.ts'
import { takeLimit } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { ask } from './ask.ts'

const megabyte = 1024 * 1024
const fileInput = z.object({ file: z.instanceof(File, { error: 'field.required' }).refine((file) => file.size <= megabyte, { error: 'field.too_big' }), address: z.string() })

/** Looks a file up by its bytes; whose it is and what it is worth stands on the public page. */
async function checkFile(db: Db, _actor: Actor, { file, address }: z.infer<typeof fileInput>) {
  await takeLimit(db, 'verify-file', address, { max: 30, seconds: 60 })
  const known = await verifyFile(db, new Uint8Array(await file.arrayBuffer()))
  if (!known.issued) throw new Refusal('certificate.file-unknown')
  return known
}

/** A plan for a group of the usual size is done while its coordinator waits; a larger one goes on in the background. */
async function issueByPlan(db: Db, actor: Actor, { planId }: z.infer<typeof startIssueInput>) {
  const { cohortId, toIssue } = await planOf(db, actor, { planId })
  if (toIssue > mostAtOnce) return { ...(await startIssue(db, actor, { planId })), done: false }
  const { batchId = null } = await issueCertificates(db, actor, { cohortId, planId })
  return { cohortId, batchId, done: true }
}

export const certificates = {
  plan: ask(planIssueInput, planIssue, {
    // Nobody chosen is nobody, not everybody. Whoever left all the ticks as they were, or was offered none, asks for everybody.
    read(form) {
      const chosen = form.getAll('personIds[]')
      const everybody = Number(form.get('offered') ?? chosen.length) === chosen.length
      return { cohortId: form.get('cohortId'), wish: form.get('wish') ?? undefined, personIds: everybody ? undefined : chosen }
    },
    to: ({ locale, input, result }) => `/${locale}/centre/cohorts/${input.cohortId}/certificates/plan/${result.planId}`,
  }),
  issue: ask(startIssueInput, issueByPlan, {
    flash: (result) => (result.done ? 'certificates.issue.done' : 'issue.batch.started'),
    to: ({ locale, result }) => `/${locale}/centre/cohorts/${result.cohortId}/certificates${result.batchId ? `/batch/${result.batchId}` : ''}`,
  }),
  handOver: ask(handOverBatchInput, handOverBatch, { flash: 'issue.batch.hand-over.done' }),
  takeBack: ask(takeBackBatchInput, takeBackBatch, { flash: 'issue.batch.take-back.done' }),
  revoke: ask(revokeCertificateInput, revokeCertificate, { flash: 'certificates.revoke.done' }),
  replace: ask(replaceCertificateInput, replaceCertificate, { flash: 'certificates.replace.done', to: ({ locale, result }) => `/${locale}/centre/certificates/${result.serial}` }),
  checkFile: ask(fileInput, checkFile, {
    read: (form, context) => ({ file: form.get('file') ?? undefined, address: context.locals.address }),
    flash: 'verify.file.genuine',
    to: ({ locale, result }) => `/${locale}/verify/${result.code}`,
  }),
}
