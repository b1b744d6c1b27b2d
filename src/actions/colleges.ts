import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { importColleges, importCollegesInput, mostListBytes, uploadColleges, uploadCollegesInput } from '#modules/adoptions/index.ts'
import { ask } from './ask.ts'

const fileInput = z.object({
  course: uploadCollegesInput.shape.course,
  file: z.instanceof(File, { error: 'field.required' }).refine((file) => file.size > 0, { error: 'field.required' }).refine((file) => file.size <= mostListBytes, { error: 'field.too_big' }),
})
const upload = async (db: Db, actor: Actor, { file, course }: z.infer<typeof fileInput>) => uploadColleges(db, actor, { course, bytes: new Uint8Array(await file.arrayBuffer()) })

export const colleges = {
  upload: ask(fileInput, upload, { to: ({ locale, result, input }) => `/${locale}/admin/colleges/import?${new URLSearchParams({ file: result.digest, ...(input.course ? { course: input.course } : {}) })}` }),
  import: ask(importCollegesInput, importColleges, { flash: 'colleges.import.flash', to: ({ locale }) => `/${locale}/admin/colleges` }),
}
