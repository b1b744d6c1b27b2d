import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { importMappings, mappingKinds, mostMappingBytes, setMapping, setMappingInput } from '#modules/exchange/index.ts'
import { ask } from './ask.ts'

const file = z.instanceof(File, { error: 'field.required' }).refine((one) => one.size > 0, { error: 'field.required' }).refine((one) => one.size <= mostMappingBytes, { error: 'field.too_big' })
const take = async (db: Db, actor: Actor, input: { file: File }) => importMappings(db, actor, { text: await input.file.text() })

/** A select of everything carries the kind and the name in one value. */
const chosen = z.object({ what: z.string().regex(new RegExp(`^(${mappingKinds.join('|')}) .+$`)), uid: setMappingInput.shape.uid })
const keep = (db: Db, actor: Actor, { what, uid }: z.infer<typeof chosen>) => {
  const [kind = '', ours = ''] = what.split(/ (.*)/s)
  return setMapping(db, actor, setMappingInput.parse({ kind, ours, uid }))
}

export const exchange = {
  setMapping: ask(chosen, keep, { flash: 'exchange.kept' }),
  importMappings: ask(z.object({ file }), take, { flash: 'exchange.taken' }),
}
