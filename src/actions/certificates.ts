import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import {
  issueCertificates, issueCertificatesInput, replaceCertificate, replaceCertificateInput, revokeCertificate, revokeCertificateInput, verifyFile,
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

export const certificates = {
  issue: ask(issueCertificatesInput, issueCertificates, {
    // Nobody chosen is nobody, not everybody.
    read: (form) => ({ cohortId: form.get('cohortId'), personIds: form.getAll('personIds[]') }),
    flash: (result) => (result.issued.length > 0 ? 'certificates.issue.done' : 'certificates.issue.none'),
  }),
  revoke: ask(revokeCertificateInput, revokeCertificate, { flash: 'certificates.revoke.done' }),
  replace: ask(replaceCertificateInput, replaceCertificate, { flash: 'certificates.replace.done', to: ({ locale, result }) => `/${locale}/centre/certificates/${result.serial}` }),
  checkFile: ask(fileInput, checkFile, {
    read: (form, context) => ({ file: form.get('file') ?? undefined, address: context.locals.address }),
    flash: 'verify.file.genuine',
    to: ({ locale, result }) => `/${locale}/verify/${result.code}`,
  }),
}
