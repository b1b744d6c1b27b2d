import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { confirmRoster, confirmRosterInput, importKeptRoster, maximumBytes, uploadRoster, uploadRosterInput } from '#modules/rosters/index.ts'
import { ask } from './ask.ts'

const fileInput = z.object({
  cohortId: uploadRosterInput.shape.cohortId,
  file: z.instanceof(File, { error: 'field.required' }).refine((file) => file.size > 0, { error: 'field.required' }).refine((file) => file.size <= maximumBytes, { error: 'field.too_big' }),
})
const answersInput = z.object({ ...confirmRosterInput.shape, go: z.enum(['check', 'import']) })

const upload = async (db: Db, actor: Actor, { cohortId, file }: z.infer<typeof fileInput>) => uploadRoster(db, actor, { cohortId, bytes: new Uint8Array(await file.arrayBuffer()) })

/** The same answers either bring the next preview or the import: null is the preview. */
async function answer(db: Db, actor: Actor, { go, ...answers }: z.infer<typeof answersInput>) {
  if (go === 'import') return importKeptRoster(db, actor, answers)
  await confirmRoster(db, actor, answers)
  return null
}

const page = (locale: string, cohortId: string, query: Record<string, string | number>) =>
  `/${locale}/centre/cohorts/${cohortId}/roster?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`

export const rosters = {
  upload: ask(fileInput, upload, { to: ({ locale, result, input }) => page(locale, input.cohortId, { file: result.digest }) }),
  answer: ask(answersInput, answer, {
    read: (form) => ({ cohortId: form.get('cohortId'), digest: form.get('digest'), go: form.get('go'), confirmed: form.getAll('confirmed[]').filter((one) => one !== '') }),
    to: ({ locale, result, input }) => page(locale, input.cohortId, result ? { done: 1, ...result } : { file: input.digest }),
  }),
}
