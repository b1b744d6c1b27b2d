import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { invitations } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { Locale } from '#modules/words/index.ts'
import { invitationLasts } from './rules.ts'
import { hashCode, hashToken, randomCode, randomToken, readCode } from './secret.ts'

export type InvitationKind = keyof typeof invitationLasts

const slipLength = 12

/** How a link's token or a slip's code is stored. */
export const hashInvitation = (typed: string) => (readCode(typed).length === slipLength ? hashCode('slip', typed) : hashToken(typed.trim()))

/** Makes a one-time way in, after which the person's earlier ones no longer work. Only its hash is kept. */
export async function openInvitation(tx: Db, actor: Actor, personId: string, kind: InvitationKind): Promise<{ token: string; expiresAt: Date }> {
  const token = kind === 'slip' ? randomCode(slipLength) : randomToken()
  const expiresAt = new Date(Date.now() + invitationLasts[kind] * 1000)
  await voidInvitations(tx, personId)
  await tx.insert(invitations).values({ hash: hashInvitation(token), personId, kind, expiresAt, createdBy: actor.personId })
  return { token, expiresAt }
}

/** Makes the person's open ways in unusable. */
export async function voidInvitations(tx: Db, personId: string): Promise<void> {
  await tx.update(invitations).set({ usedAt: new Date() }).where(and(eq(invitations.personId, personId), isNull(invitations.usedAt)))
}

/** The address to open: the one place where a token stands in a URL. */
export const invitationLink = (locale: Locale, token: string) => `${environment().origin}/${locale}/sign-in/invitation/${token}`
