import Papa from 'papaparse'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { mappable, type MappingKind, mappingKinds } from './mappable.ts'
import { mayMap } from './policy.ts'
import { keepMapping, uid } from './setMapping.ts'

export const mostMappingBytes = 256 * 1024

/** Lines of kind, name here and identifier there, separated by commas, semicolons or tabs; a line of titles may stand above. */
export const importMappingsInput = z.object({ text: z.string().min(1).max(mostMappingBytes) })

/**
 * Takes a whole list of identifiers in, or nothing: known ones are changed, others stay. For administrators. Refuses the first wrong line
 * (`exchange.wrong-lines` {line, text}): another kind, a name that stands for nothing, an identifier that is none, or a name said twice.
 */
export function importMappings(db: Db, actor: Actor, { text }: z.infer<typeof importMappingsInput>): Promise<{ lines: number }> {
  return transact(db, async (tx) => {
    permit(mayMap(actor))

    const known = await mappable(tx)
    const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { delimitersToGuess: [';', ',', '\t'] })
    const seen = new Set<string>()
    for (const [index, cells] of data.entries()) {
      const [kind = '', ours = '', theirs = ''] = cells.map((cell) => cell.trim())
      if (cells.every((cell) => cell.trim() === '') || (index === 0 && kind === 'kind')) continue
      const right = (mappingKinds as readonly string[]).includes(kind) && known[kind as MappingKind].includes(ours) && uid.safeParse(theirs).success && !seen.has(`${kind} ${ours}`)
      if (!right) throw new Refusal('exchange.wrong-lines', { line: index + 1, text: cells.join(' · ').slice(0, 120) })
      seen.add(`${kind} ${ours}`)
      await keepMapping(tx, actor, kind as MappingKind, ours, theirs)
    }
    return { lines: seen.size }
  })
}
