import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { demandStepUp } from './demandStepUp.ts'
import { renewRecoveryCodes } from './totp.ts'

export const newRecoveryCodesInput = z.object({})

/** Ten new recovery codes for oneself, shown this once; the earlier ones stop working. Needs step-up and a second factor (`second-factor.not-set`). */
export function newRecoveryCodes(db: Db, actor: Actor, _input: z.infer<typeof newRecoveryCodesInput> = {}): Promise<{ recoveryCodes: string[] }> {
  return transact(db, async (tx) => {
    permit(actor.kind === 'person')
    const person = found((await tx.select().from(persons).where(eq(persons.id, actor.personId!)).for('update'))[0])
    demandStepUp(actor)

    if (!person.totpConfirmedAt) throw new Refusal('second-factor.not-set')

    return { recoveryCodes: await renewRecoveryCodes(tx, person.id) }
  })
}
