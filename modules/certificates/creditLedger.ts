import { and, between, desc, eq, isNull, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, certificateKinds, certificates, cohorts, editions, revocations, statements } from '#db/schema/index.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { isRecordOf, person as personOf } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'
import { dayOf, fullName } from '#modules/words/index.ts'
import { calendarPeriod, type CreditLine, creditYearInput, type Period, slidingPeriod, totalsOf } from './credits.ts'
import { creditsOf } from './issuing.ts'
import { maySeeAll, visibleTo } from './policy.ts'
import { isDemonstration } from './standing.ts'
import { readStatement } from './statement.ts'

export const creditLedgerInput = z.object({ personId: z.uuid(), /** The last of five calendar years; the five years until today when absent. */ year: creditYearInput.optional() })

export type CreditLedger = ReturnType<typeof totalsOf> & {
  holder: string
  period: Period
  /** Documents with credits or that certify, newest first. */
  lines: CreditLine[]
  /** Statements of attendance: listed, not counted. */
  attended: CreditLine[]
  /** False when the reader sees only what the own centres issued. */
  whole: boolean
}

/**
 * What one person learned in five years, as hours and credits of continuing education, each line one document in force: what was
 * revoked or replaced is not there, a successor stands at the date its first counts at, and what expired since still counts.
 * Records that were joined are one person. For the person and for an administrator, whole; for a coordinator who
 * may see the person, what the own centres issued. Not found for anybody else.
 */
export async function creditLedger(db: Db, actor: Actor, input: z.infer<typeof creditLedgerInput>, now = new Date()): Promise<CreditLedger> {
  permit(actor.kind === 'person')
  const holder = await personOf(db, actor, input.personId)
  const personId = holder.mergedInto?.id ?? holder.id
  const whole = isSelf(actor, personId) || maySeeAll(actor)

  const period = input.year === undefined ? slidingPeriod(dayOf(now, 'Asia/Almaty')) : calendarPeriod(input.year)
  const successor = alias(certificates, 'successor')
  const found = await db.select({ certificate: certificates, body: statements.body, kind: certificateKinds, titles: editions.titles, centre: centres.names, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn })
    .from(certificates)
    .innerJoin(certificateKinds, eq(certificateKinds.kind, certificates.kind)).innerJoin(editions, eq(editions.id, certificates.editionId))
    .innerJoin(centres, eq(centres.id, certificates.centreId)).innerJoin(cohorts, eq(cohorts.id, certificates.cohortId))
    .leftJoin(statements, eq(statements.certificateId, certificates.id))
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(successor, eq(successor.predecessorId, certificates.id))
    .where(and(
      isRecordOf(certificates.personId, personId), between(certificates.countedOn, period.from, period.to), eq(certificates.demonstration, sql`${isDemonstration}`),
      isNull(revocations.certificateId), isNull(successor.id), whole ? undefined : visibleTo(actor),
    )).orderBy(desc(certificates.countedOn), desc(certificates.serial))
  const all = found.map(lineOf)
  const lines = all.filter((one) => one.certifies || one.credits !== null)
  return { holder: fullName(holder), period, lines, attended: all.filter((one) => !lines.includes(one)), whole, ...totalsOf(lines) }
}

type Found = {
  certificate: typeof certificates.$inferSelect; body: string | null; kind: typeof certificateKinds.$inferSelect
  titles: CreditLine['titles']; centre: CreditLine['centre']; startsOn: string; endsOn: string
}

/** The words and credits that were printed, where the statement tells them; those of its kind otherwise. */
function lineOf({ certificate, body, kind, titles, centre, startsOn, endsOn }: Found): CreditLine {
  const told = body === null ? null : readStatement(body)
  const { serial, code, certifies, course, centreId, countedOn, expiresOn, hours, demonstration } = certificate
  const credits = told?.v === 2 ? told.credits : kind.credited ? creditsOf(hours) : null
  return {
    serial, code, certifies, course, centreId, countedOn, expiresOn, hours, demonstration, kind: kind.kind, document: told?.document.titles ?? kind.titles,
    titles: told?.course.titles ?? titles, centre: told?.centre.names ?? centre, startsOn, endsOn, credits, renews: told?.renews ?? null,
  }
}
