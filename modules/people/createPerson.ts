import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { memberships, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { demandFacility, detailFields, foldedName, iinColumns, normalise, passportColumns, refuseTaken, takenAtOnce } from './details.ts'
import { type IinWarning, iinWarnings } from './iin.ts'
import { placed, recordRole, roleFields } from './membership.ts'
import { mayGrantRole } from './policy.ts'
import { isStaff } from './rules.ts'
import { demandStepUp } from './demandStepUp.ts'
import { setWork, today } from './work.ts'

export const createPersonInput = z.object({ ...detailFields, ...roleFields })

/**
 * Makes a person with a first role. Nobody can sign in as them before an invitation, slip or reset. Answers the id and what
 * is worth a second look in the IIN (sex or date that don't fit: no error, see `checkIin`).
 * Refuses a role the actor may not give (`permission.denied`; staff roles need step-up), contacts or a number that another
 * person has (`person.email-taken`, `person.phone-taken`, `person.number-taken`), and fields that can't be what they should.
 */
export function createPerson(db: Db, actor: Actor, input: z.infer<typeof createPersonInput>): Promise<{ id: string; warnings: IinWarning[] }> {
  return transact(db, async (tx) => {
    permit(mayGrantRole(actor, input))
    if (isStaff([input])) demandStepUp(actor)

    const membership = await placed(tx, input)
    await demandFacility(tx, input.facilityId)
    const normal = normalise(input)
    await refuseTaken(tx, normal)

    const id = randomUUID()
    const { familyName, givenName, patronymic, sex, profession, facilityId, locale } = input
    await tx
      .transaction((inner) =>
        inner.insert(persons).values({
          id, familyName, givenName, patronymic, folded: foldedName(input), sex, profession, facilityId, locale,
          email: normal.email, phone: normal.phone, ...iinColumns(id, normal.iin ?? null), ...passportColumns(id, normal.passport ?? null),
        }),
      )
      .catch(takenAtOnce)
    await setWork(tx, id, { facilityId: facilityId ?? null, profession: profession ?? null }, today())
    await tx.insert(memberships).values({ personId: id, ...membership, grantedBy: actor.personId })
    await recordRole(tx, actor, id, membership, 'granted')
    return { id, warnings: normal.iin ? iinWarnings(normal.iin, sex) : [] }
  })
}
