import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { permit } from '#modules/refusal.ts'
import { demandFacility, detailFields, foldedName, iinColumns, normalise, passportColumns, refuseTaken, takeFromDuplicates, takenAtOnce } from './details.ts'
import { lockPerson } from './findPerson.ts'
import { type IinWarning, iinWarnings } from './iin.ts'
import { voidInvitations } from './invitation.ts'
import { mayChangePerson } from './policy.ts'
import { endSessions } from './session.ts'
import { demandStepUp } from './demandStepUp.ts'
import { setWork, today } from './work.ts'

export const changePersonInput = z.object({ ...z.object(detailFields).partial().shape, personId: z.uuid() })

/** What everybody may change of their own: a name or number comes from a document and is changed by others. */
const own = new Set(['personId', 'locale', 'email', 'phone'])

/**
 * Changes what is known of a person; absent fields stay, null empties. A changed e-mail or phone ends every session and
 * open invitation, and the old address is told. Refuses a person the actor may not change (`permission.denied`), a new
 * sign-in or number without step-up, and what another person has. Another facility or profession ends the open workplace. Issued certificates keep the name they were issued with.
 */
export function changePerson(db: Db, actor: Actor, input: z.infer<typeof changePersonInput>): Promise<{ warnings: IinWarning[] }> {
  return transact(db, async (tx) => {
    const { person, held } = await lockPerson(tx, actor, input.personId)

    const modest = Object.entries(input).every(([field, value]) => value === undefined || own.has(field))
    permit(mayChangePerson(actor, held) || (isSelf(actor, person.id) && modest))

    const normal = normalise(input)
    const changes = (field: 'email' | 'phone') => normal[field] !== undefined && normal[field] !== person[field]
    const signInChanges = changes('email') || changes('phone')
    if (signInChanges || normal.iin !== undefined || normal.passport !== undefined) demandStepUp(actor)
    await demandFacility(tx, input.facilityId)
    await refuseTaken(tx, normal, person.id)

    const { familyName, givenName, patronymic, sex, profession, facilityId, locale } = input
    const names = { familyName: familyName ?? person.familyName, givenName: givenName ?? person.givenName, patronymic: patronymic === undefined ? person.patronymic : patronymic }
    await takeFromDuplicates(tx, normal, person.id)
    await tx
      .transaction((inner) =>
        inner
          .update(persons)
          .set({
            ...names, folded: foldedName(names), sex, profession, facilityId, locale, email: normal.email, phone: normal.phone,
            ...(normal.iin === undefined ? {} : iinColumns(person.id, normal.iin)),
            ...(normal.passport === undefined ? {} : passportColumns(person.id, normal.passport)),
          })
          .where(eq(persons.id, person.id)),
      )
      .catch(takenAtOnce)
    if (facilityId !== undefined || profession !== undefined) {
      await setWork(tx, person.id, { facilityId: facilityId === undefined ? person.facilityId : facilityId, profession: profession === undefined ? person.profession : profession }, today())
    }
    if (signInChanges) {
      await voidInvitations(tx, person.id)
      await endSessions(tx, person.id)
      await notify(tx, { personId: person.id, recipient: person.email, locale: person.locale, kind: 'account.sign-in-changed' })
    }
    return { warnings: normal.iin ? iinWarnings(normal.iin, sex === undefined ? person.sex : sex) : [] }
  })
}
