import { and, eq, inArray } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { adoptionSteps, certificates, evidenceFiles, programmeLines, programmes, staffClaims } from '#db/schema/index.ts'
import { answerClaim } from '#modules/adoptions/answerClaim.ts'
import { claimCertificate } from '#modules/adoptions/claimCertificate.ts'
import { recordStep, recordStepInput } from '#modules/adoptions/recordStep.ts'
import { startAdoption } from '#modules/adoptions/startAdoption.ts'
import type { Actor } from '#modules/actor.ts'
import { aCollege, teachers as certified } from '#tests/modules/adoptions/staff.ts'

export const lines = [
  { title: 'Балалар ауруларындағы мейіргер ісі', theoryHours: 20, practiceHours: 12, lessons: ['imci-1-01'], competencies: [] },
  { title: 'Медициналық-санитариялық алғашқы көмек', theoryHours: 6, practiceHours: 2, lessons: ['imci-1-02'], competencies: [] },
]
type Step = { state: string; on: string; facts?: Record<string, unknown>; corrects?: string }

/** Records a step as a form sends it. */
export const step = (db: Db, actor: Actor, adoptionId: string, one: Step) => recordStep(db, actor, recordStepInput.parse({ adoptionId, facts: {}, ...one }))

export async function withProgramme(db: Db, adoptionId: string, own: readonly (typeof lines)[number][] = lines) {
  const [programme] = await db.insert(programmes).values({ adoptionId, specialityCode: '09130100', speciality: 'Мейіргер ісі', semester: 5 }).returning()
  await db.insert(programmeLines).values(own.map((line, at) => ({ programmeId: programme!.id, position: at + 1, ...line })))
}

/** A scan under the last step of a state. */
export async function withEvidence(db: Db, adoptionId: string, state: typeof adoptionSteps.$inferSelect['state'], name = 'бұйрық.pdf') {
  const [row] = await db.select().from(adoptionSteps).where(and(eq(adoptionSteps.adoptionId, adoptionId), eq(adoptionSteps.state, state)))
  await db.insert(evidenceFiles).values({ stepId: row!.id, name, type: 'application/pdf', sha256: randomUUID().replaceAll('-', '').repeat(2), body: Buffer.from('%PDF-1.7') })
}

/** A college that teaches an edition to two groups, with a programme, its order, a scan of it, and teachers who agreed to be named. */
export async function aReportable(db: Db, { people = 2, edition }: { people?: number; edition?: Parameters<typeof certified>[2] } = {}) {
  const { college, collegeId, worker } = await aCollege(db)
  const { edition: taught, teachers, coordinator, cohort } = await certified(db, people, edition)
  const { id: adoptionId } = await startAdoption(db, worker, { collegeId, editionId: taught.id, on: '2026-02-02', facts: {} })
  await withProgramme(db, adoptionId)
  await step(db, worker, adoptionId, { state: 'mapped', on: '2026-03-02' })
  await step(db, worker, adoptionId, { state: 'approved', on: '2026-06-15', facts: { order: '118-б', body: 'Педагогикалық кеңес' } })
  await step(db, worker, adoptionId, { state: 'taught', on: '2026-09-10', facts: { studyYear: 2026, groups: 2, students: 48 } })
  await withEvidence(db, adoptionId, 'approved')
  const post = 'Педиатрия оқытушысы'
  if (teachers.length > 25) {
    // Many at once, past the verbs: for what comes after.
    const held = await db.select({ certificateId: certificates.id, personId: certificates.personId }).from(certificates).where(inArray(certificates.serial, teachers.map((one) => one.serial)))
    await db.insert(staffClaims).values(held.map((one) => ({ ...one, collegeId, post, state: 'consented' as const, claimedBy: worker.personId, answeredAt: new Date() })))
  } else {
    for (const one of teachers) {
      const { claimId } = await claimCertificate(db, worker, { collegeId, code: one.code, post })
      await answerClaim(db, one.actor, { claimId, answer: 'consented' })
    }
  }
  return { college, collegeId, worker, edition: taught, teachers, coordinator, cohort, adoptionId }
}
