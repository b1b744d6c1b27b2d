import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { memberships } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { FormItem } from '#modules/followup/index.ts'

/** Somebody of a centre, for what they would do themselves. */
export const staff = (personId: string, role: 'trainer' | 'coordinator', centreId: string): Actor => ({
  kind: 'person',
  personId,
  system: '',
  steppedUp: false,
  memberships: [{ role, centreId, collegeId: null }],
})

/** Trainers of a centre, the longest there first. */
export const trainersAt = async (db: Db, centreId: string) =>
  (
    await db
      .select({ id: memberships.personId })
      .from(memberships)
      .where(and(eq(memberships.centreId, centreId), eq(memberships.role, 'trainer'), isNull(memberships.until)))
      .orderBy(asc(memberships.since), asc(memberships.personId))
  ).map(({ id }) => id)

/** A form of ticks filled in: yes everywhere but where `no` says so. */
export const answers = (form: readonly FormItem[], no: (index: number) => boolean) => Object.fromEntries(form.map(({ id }, index) => [id, !no(index)]))
