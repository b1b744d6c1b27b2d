import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { tokens } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { lockPerson } from './findPerson.ts'
import { mayManagePeople } from './policy.ts'
import { scopes } from './scopes.ts'
import { hashToken, randomToken } from './secret.ts'
import { demandStepUp } from './demandStepUp.ts'

export const createTokenInput = z.object({
  personId: z.uuid(),
  label: line(100),
  /** What it may call; everything that its person may when none is named. */
  scopes: z.array(z.enum(scopes)).default([]).transform((chosen) => scopes.filter((one) => chosen.includes(one))),
})

/**
 * Makes a bearer token by which a machine acts as this person, without step-up: it never issues, revokes or reveals. It is
 * shown this once and kept hashed. Refuses anyone but an administrator with step-up, and a suspended person.
 */
export async function createToken(db: Db, actor: Actor, input: z.input<typeof createTokenInput>): Promise<{ id: string; token: string }> {
  const { personId, label, scopes: limited } = createTokenInput.parse(input)
  return transact(db, async (tx) => {
    const { person } = await lockPerson(tx, actor, personId)

    permit(mayManagePeople(actor))
    demandStepUp(actor)

    if (person.suspendedAt) throw new Refusal('person.suspended')

    const token = `besik_${randomToken()}`
    const [row] = await tx.insert(tokens).values({ hash: hashToken(token), personId, label, scopes: limited, createdBy: actor.personId }).returning({ id: tokens.id })
    return { id: row!.id, token }
  })
}
