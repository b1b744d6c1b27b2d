import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import { checkIin, normalisePassport } from './iin.ts'
import { matchPersons } from './matchPersons.ts'
import { listPersons } from './queries.ts'

/** An IIN or a passport number. */
export const findByNumberInput = z.object({ iin: z.string().min(1, 'field.required').max(40) })

/**
 * Who has this IIN or passport number, wherever in the country, so that nobody is made twice; `visible` tells whether the
 * actor may open their page. For coordinators and administrators. Throws `input.invalid` for what can't be a number and
 * `person.number-unknown` for one that nobody has.
 */
export async function findByNumber(db: Db, actor: Actor, { iin: typed }: z.infer<typeof findByNumberInput>): Promise<{ id: string; name: string; visible: boolean }> {
  const check = checkIin(typed)
  const passport = check.valid ? null : normalisePassport(typed)
  // Digits alone were meant as an IIN; a passport number may well be digits, but never twelve.
  if (!check.valid && (!passport || /^[0-9]{11,13}$/.test(passport))) throw new Refusal('input.invalid', {}, { iin: `field.iin-${check.problem}` })
  const [known] = await matchPersons(db, actor, check.valid ? { iins: [check.iin] } : { passports: [passport!] })
  if (!known) throw new Refusal('person.number-unknown')
  const { items } = await listPersons(db, actor, { id: known.id, limit: 1 })
  return { id: known.id, name: fullName(known), visible: items.length > 0 }
}
