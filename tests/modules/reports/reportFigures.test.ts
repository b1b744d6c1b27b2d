import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { rows } from '#db/rows.ts'
import { certificates, staffClaims } from '#db/schema/index.ts'
import { and, eq } from 'drizzle-orm'
import { answerClaim } from '#modules/adoptions/answerClaim.ts'
import { claimCertificate } from '#modules/adoptions/claimCertificate.ts'
import { draftReport } from '#modules/reports/draftReport.ts'
import { endClaim } from '#modules/adoptions/endClaim.ts'
import { countedStates } from '#modules/reports/shape.ts'
import { studyYearOf } from '#modules/adoptions/rules.ts'
import { replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { Refusal } from '#modules/refusal.ts'
import type { Db } from '#db/client.ts'
import { expect, test } from '#tests/database.ts'
import { anAdministrator } from '#tests/factories.ts'
import { lines, step, withEvidence, withProgramme } from '#tests/modules/reports/reportable.ts'
import { aCollege, teachers as certified } from '#tests/modules/adoptions/staff.ts'
import { startAdoption } from '#modules/adoptions/startAdoption.ts'

/** What may happen to a college's adoption and its teachers, in any order; what a rule forbids then doesn't happen. */
const happening = fc.oneof(
  fc.record({ what: fc.constant('taught' as const), year: fc.integer({ min: 2021, max: 2025 }), groups: fc.integer({ min: 1, max: 4 }), students: fc.integer({ min: 20, max: 90 }) }),
  fc.record({ what: fc.constant('corrected' as const), year: fc.integer({ min: 2021, max: 2025 }), groups: fc.integer({ min: 1, max: 4 }), students: fc.integer({ min: 20, max: 90 }) }),
  fc.record({ what: fc.constantFrom('claimed' as const, 'consented' as const, 'declined' as const, 'ended' as const, 'revoked' as const, 'replaced' as const), who: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ what: fc.constant('evidence' as const) }),
)
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

test(`the figures of a report are what direct SQL counts, whatever has happened (seed ${seed})`, async ({ db }) => {
  const people = await certified(db, 6, { validityMonths: 12 })
  const administrator = await anAdministrator(db)
  let turn = 0
  await fc.assert(fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 22 }), fc.boolean(), async (happenings, late) => {
    await db.transaction(async (tx) => {
      await play(tx as unknown as Db, happenings, late)
      throw new Undone()
    }).catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error
    })
  }), { numRuns: 12, seed })

  async function play(db: Db, happenings: readonly (typeof happening extends fc.Arbitrary<infer One> ? One : never)[], late: boolean) {
    const { collegeId, worker } = await aCollege(db)
    const { id: adoptionId } = await startAdoption(db, worker, { collegeId, editionId: people.edition.id, on: '2020-02-02', facts: {} })
    await withProgramme(db, adoptionId, lines)
    await step(db, worker, adoptionId, { state: 'mapped', on: '2020-03-02' })
    await step(db, worker, adoptionId, { state: 'approved', on: '2020-06-15', facts: { order: '1', body: 'Кеңес' } })
    const taught = new Map<number, string>()
    const claimOf = async (who: number) => (await db.select({ id: staffClaims.id }).from(staffClaims).innerJoin(certificates, eq(certificates.id, staffClaims.certificateId))
      .where(and(eq(staffClaims.collegeId, collegeId), eq(certificates.personId, people.teachers[who]!.personId)))).at(-1)?.id
    for (const one of happenings) {
      turn++
      await allowed(db, async (tx) => {
        if (one.what === 'taught' || one.what === 'corrected') {
          const corrects = one.what === 'corrected' ? taught.get(one.year) : undefined
          const { id } = await step(tx, worker, adoptionId, { state: 'taught', on: `${one.year}-10-10`, facts: { studyYear: one.year, groups: one.groups, students: one.students }, ...(corrects ? { corrects } : {}) })
          taught.set(one.year, id)
        } else if (one.what === 'evidence') await withEvidence(tx, adoptionId, 'approved', `${turn}.pdf`)
        else {
          const teacher = people.teachers[one.who]!
          const claimId = await claimOf(one.who)
          if (one.what === 'claimed') await claimCertificate(tx, worker, { collegeId, code: teacher.code, post: 'Оқытушы' })
          else if (one.what === 'revoked') await revokeCertificate(tx, administrator, { serial: teacher.serial, reason: 'Қате берілген' })
          else if (one.what === 'replaced') await replaceCertificate(tx, administrator, { serial: teacher.serial })
          else if (claimId && one.what === 'ended') await endClaim(tx, worker, { claimId })
          else if (claimId && (one.what === 'consented' || one.what === 'declined')) await answerClaim(tx, teacher.actor, { claimId, answer: one.what })
        }
      })
    }

    const now = late ? new Date(Date.now() + 500 * 86_400_000) : new Date()
    const { facts } = await draftReport(db, worker, { adoptionId, studyYear: studyYearOf('2025-10-10') }, now)
    const [sums] = await rows<{ groups: number; students: number; years: number; theory: number; practice: number; files: number }>(db, sql`
      select (select coalesce(sum((s.facts ->> 'groups')::int), 0)::int from adoption_steps s where s.adoption_id = ${adoptionId} and s.state = 'taught' and not exists (select from adoption_steps c where c.corrects_id = s.id)) as groups,
             (select coalesce(sum((s.facts ->> 'students')::int), 0)::int from adoption_steps s where s.adoption_id = ${adoptionId} and s.state = 'taught' and not exists (select from adoption_steps c where c.corrects_id = s.id)) as students,
             (select count(*)::int from adoption_steps s where s.adoption_id = ${adoptionId} and s.state = 'taught' and s.corrects_id is null) as years,
             (select sum(l.theory_hours)::int from programme_lines l join programmes p on p.id = l.programme_id where p.adoption_id = ${adoptionId}) as theory,
             (select sum(l.practice_hours)::int from programme_lines l join programmes p on p.id = l.programme_id where p.adoption_id = ${adoptionId}) as practice,
             (select count(*)::int from evidence_files f join adoption_steps s on s.id = f.step_id where s.adoption_id = ${adoptionId}) as files`)
    const counted = await rows<{ state: string; count: number; people: number }>(db, sql`
      select state, count(*)::int as count, count(distinct person)::int as people from (
        select case when r.certificate_id is not null then case when r.taken_back then 'taken-back' else 'revoked' end
                    when exists (select from certificates n where n.predecessor_id = c.id) then 'replaced'
                    when c.expires_on < (${now.toISOString()}::timestamptz at time zone z.time_zone)::date then 'expired'
                    when c.expires_on <= (${now.toISOString()}::timestamptz at time zone z.time_zone)::date + 90 then 'expiring'
                    else 'valid' end as state, coalesce(p.merged_into, p.id) as person
          from staff_claims k join certificates c on c.id = k.certificate_id join centres z on z.id = c.centre_id join persons p on p.id = k.person_id
          left join revocations r on r.certificate_id = c.id
         where k.college_id = ${collegeId} and k.state = 'consented') as held group by 1`)
    const bySql = Object.fromEntries(countedStates.map((state) => [state, counted.find((one) => one.state === state)?.count ?? 0]))
    expect(facts).not.toBeNull()
    expect({ ...facts!.students, years: facts!.students.years.length }).toEqual({ groups: sums!.groups, students: sums!.students, years: sums!.years })
    expect(facts!.hours.college).toEqual({ theory: sums!.theory, practice: sums!.practice, all: sums!.theory + sums!.practice })
    expect(facts!.evidence).toHaveLength(sums!.files)
    expect(facts!.teachers.states).toEqual(bySql)
    expect(facts!.staff).toHaveLength(counted.reduce((sum, one) => sum + one.count, 0))
    // A report adds up by itself: its totals are those of its own lines.
    expect(facts!.students.students).toBe(facts!.students.years.reduce((sum, one) => sum + one.students, 0))
    expect(new Set(facts!.staff.map((one) => one.person)).size).toBe(facts!.teachers.people)
  }
})

class Undone extends Error {}

/** What a rule refuses has not happened. */
const allowed = (db: Db, work: (tx: Db) => Promise<unknown>) =>
  db.transaction((tx) => work(tx as unknown as Db)).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })
