import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { importIndicators, importIndicatorsInput, mostIndicatorBytes, previewIndicatorsInput, uploadIndicators } from '#modules/followup/index.ts'
import { ask } from './ask.ts'

const fileInput = z.object({
  replace: previewIndicatorsInput.shape.replace,
  file: z.instanceof(File, { error: 'field.required' }).refine((file) => file.size > 0, { error: 'field.required' }).refine((file) => file.size <= mostIndicatorBytes, { error: 'field.too_big' }),
})
const upload = async (db: Db, actor: Actor, { file }: z.infer<typeof fileInput>) => uploadIndicators(db, actor, { bytes: new Uint8Array(await file.arrayBuffer()) })

export const indicators = {
  upload: ask(fileInput, upload, { to: ({ locale, result, input }) => `/${locale}/admin/indicators?${new URLSearchParams({ file: result.digest, ...(input.replace ? { replace: 'on' } : {}) })}` }),
  import: ask(importIndicatorsInput, importIndicators, { flash: 'indicators.import.flash', to: ({ locale }) => `/${locale}/admin/indicators` }),
}
