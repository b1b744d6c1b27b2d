import { type Actor, coordinates, isAdministrator, isAuditor, isSelf } from '#modules/actor.ts'

/** What stands for a holder's name where it is not told. It says nothing of the name, not even its letters; the certificate's code, which opens the public page, is then not told either. */
export const maskedName = '•••'

/**
 * Who sees a certificate in a list with its holder's name: coordinators of its centre, who trained the holder; administrators, who keep
 * the records of people; and the holder. An auditor looks at the whole register to count it and sees nobody's.
 */
export const seesHolder = (actor: Actor, { centreId, personId }: { centreId: string; personId?: string }) =>
  !isAuditor(actor) || isAdministrator(actor) || coordinates(actor, centreId) || (personId !== undefined && isSelf(actor, personId))
