import { and, asc, eq, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { adoptions, certificates, editions, revocations, staffClaims } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { answerClaim, claimCertificate, studyYearOf } from '#modules/adoptions/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { draftReport, issueReport } from '#modules/reports/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { castId } from './people.ts'
import { seededPlaces } from './places.ts'

const posts = ['Педиатрия пәнінің оқытушысы', 'Мейіргер ісі оқытушысы', 'Клиникалық тәжірибе жетекшісі', 'Симуляциялық кабинет меңгерушісі']
const person = (personId: string): Actor => ({ kind: 'person', personId, system: '', memberships: [{ role: 'trainee', centreId: null, collegeId: null }], steppedUp: false })

/**
 * The teachers of the demonstration's college: some agreed to be named, one of them by a certificate that was revoked since, and the cast's trainee
 * is being asked. Last year's report is signed, so that this year's is held against it.
 */
export async function seedStaff(db: Db, actor: Actor) {
  const { collegeId, centreId } = await seededPlaces(db, 'KZ-43')
  const worker: Actor = { kind: 'person', personId: await castId(db, 'college@demo.kz'), system: '', memberships: [{ role: 'college', centreId: null, collegeId }], steppedUp: true }
  const traineeId = await castId(db, 'trainee@demo.kz')
  const after = alias(certificates, 'after')
  const issued = await db.select({ id: certificates.id, personId: certificates.personId, code: certificates.code, issuedAt: certificates.issuedAt, revokedAt: revocations.revokedAt }).from(certificates)
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(after, eq(after.predecessorId, certificates.id))
    .where(and(eq(certificates.centreId, centreId), eq(certificates.course, 'imci'), eq(certificates.certifies, true), isNull(after.id))).orderBy(asc(certificates.serial))
  const standing = issued.filter((one) => one.revokedAt === null)
  const [asked] = standing.filter((one) => one.personId === traineeId)
  for (const [at, one] of standing.filter(({ personId }) => personId !== traineeId).slice(0, 3).entries()) {
    const { claimId } = await claimCertificate(db, worker, { collegeId, code: one.code, post: posts[at]! })
    await answerClaim(db, person(one.personId), { claimId, answer: 'consented' })
  }
  if (asked) await claimCertificate(db, worker, { collegeId, code: asked.code, post: posts[3]! })

  await signLastYear(db, worker, collegeId)
  const [revoked] = issued.filter((one) => one.revokedAt !== null)
  if (revoked) await seedRevoked(db, actor, { ...revoked, collegeId, claimedBy: worker.personId })
}

/** Claimed and agreed to before it was revoked: nobody could claim it now. */
async function seedRevoked(db: Db, actor: Actor, { id, personId, issuedAt, collegeId, claimedBy }: { id: string; personId: string; issuedAt: Date; collegeId: string; claimedBy: string | null }) {
  const day = (days: number) => new Date(issuedAt.getTime() + days * 86_400_000)
  await db.insert(staffClaims).values({ collegeId, certificateId: id, personId, post: posts[1]!, state: 'consented', claimedBy, claimedAt: day(1), answeredAt: day(2) })
  for (const change of ['asked', 'consented'] as const) await record(db, actor, 'staff.claimed', { college: collegeId, certificate: id, subject: subjectOf(personId), change })
}

/** The report of the year before this one about the college's adoption, where everything that it needs is there. */
async function signLastYear(db: Db, worker: Actor, collegeId: string) {
  const own = await db.select({ adoptionId: adoptions.id }).from(adoptions).innerJoin(editions, eq(editions.id, adoptions.editionId)).where(and(eq(adoptions.collegeId, collegeId), eq(editions.course, 'imci')))
  const studyYear = studyYearOf(dayOf(new Date(), 'Asia/Almaty')) - 1
  for (const { adoptionId } of own) {
    const { digest, needs } = await draftReport(db, worker, { adoptionId, studyYear })
    if (digest && needs.length === 0) await issueReport(db, worker, { adoptionId, studyYear, signatory: 'Ермекова Салтанат Қуанышқызы', digest, acknowledged: true })
  }
}
