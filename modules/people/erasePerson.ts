import { and, inArray, isNull, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { distinctPersons, invitations, memberships, persons, recoveryCodes, tokens, workplaces } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { forgetAnswersOf } from '#modules/jobs/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { forgetNoticesOf } from '#modules/notices/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { demandAnotherAdministrator } from './membership.ts'
import { forgetMoved } from './moved.ts'
import { mayManagePeople } from './policy.ts'
import { lockRecords } from './records.ts'
import { endSessions } from './session.ts'
import { demandStepUp } from './demandStepUp.ts'

export const erasePersonInput = z.object({ personId: z.uuid() })

/** Removes what a higher module holds of an erased person's name, in the same transaction. */
export type EraseHolder = (tx: Db, personId: string) => Promise<void>

/**
 * Empties a person for ever (Law № 94-V): name, contacts, numbers, password, second factor, sessions, tokens, mail. The row,
 * ended roles and consents stay without a name, certificates keep serial and status, and the ledger, which never named
 * anyone, still verifies. Duplicates merged into the person are emptied with them. `eraseHolder` is certificates' part,
 * asked for so that no caller can forget it.
 * Refuses anyone but an administrator with step-up, oneself (`person.not-yourself`) and the last administrator.
 */
export function erasePerson(db: Db, actor: Actor, input: z.infer<typeof erasePersonInput>, eraseHolder: EraseHolder): Promise<void> {
  return transact(db, async (tx) => {
    const { person, held } = await lockPerson(tx, actor, input.personId)

    permit(mayManagePeople(actor))
    demandStepUp(actor)

    if (isSelf(actor, person.id)) throw new Refusal('person.not-yourself')
    if (held.some((one) => one.role === 'administrator')) await demandAnotherAdministrator(tx, person.id)

    const now = new Date()
    const records = await lockRecords(tx, person.id)
    await tx
      .update(persons)
      .set({
        familyName: '—', givenName: '', patronymic: null, folded: '', sex: null, profession: null, facilityId: null, email: null, phone: null,
        iinCipher: null, iinLookup: null, passportCipher: null, passportLookup: null, passwordHash: null, totpCipher: null, totpConfirmedAt: null, totpLastStep: null,
        failedSignIns: 0, lockedUntil: null, erasedAt: now,
      })
      .where(inArray(persons.id, records))
    await tx.update(memberships).set({ until: now }).where(and(inArray(memberships.personId, records), isNull(memberships.until)))
    await tx.update(tokens).set({ label: '', endedAt: sql`coalesce(${tokens.endedAt}, ${now.toISOString()}::timestamptz)` }).where(inArray(tokens.personId, records))
    await tx.delete(invitations).where(inArray(invitations.personId, records))
    await tx.delete(recoveryCodes).where(inArray(recoveryCodes.personId, records))
    await tx.delete(workplaces).where(inArray(workplaces.personId, records))
    await tx.delete(distinctPersons).where(or(inArray(distinctPersons.a, records), inArray(distinctPersons.b, records)))
    for (const id of records) {
      await endSessions(tx, id)
      await forgetMoved(tx, id)
      await forgetNoticesOf(tx, id)
      await forgetAnswersOf(tx, id)
      await eraseHolder(tx, id)
    }
    for (const id of records) await record(tx, actor, 'person.erased', { subject: subjectOf(id) })
  })
}
