import type { Db } from '#db/client.ts'
import { colleges } from '#db/schema/index.ts'
import { issueCertificates } from '#modules/certificates/index.ts'
import { actorFor, type anEdition, aPerson, aRegion } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

/** A college, with somebody who works there. */
export async function aCollege(db: Db, names = { kk: 'Қызылорда медициналық колледжі', ru: 'Кызылординский медицинский колледж', en: 'Kyzylorda Medical College' }) {
  const { code } = await aRegion(db)
  const [college] = await db.insert(colleges).values({ regionCode: code, names }).returning()
  const worker = await actorFor(db, (await aPerson(db, { email: `${crypto.randomUUID()}@college.example` })).id, { role: 'college', collegeId: college!.id })
  return { college: college!, collegeId: college!.id, worker }
}

/** So many teachers with certificates of one edition, from classes of 25, each with who they are when they are signed in. */
export async function teachers(db: Db, people = 1, edition?: Parameters<typeof anEdition>[1]) {
  const first = await aFinishedCohort(db, { people: Math.min(people, 25), edition })
  const classes = [first]
  for (let rest = people - 25; rest > 0; rest -= 25) classes.push(await aFinishedCohort(db, { people: Math.min(rest, 25), cohort: { editionId: first.edition.id } }))
  const all: { personId: string; serial: string; code: string; actor: Awaited<ReturnType<typeof actorFor>> }[] = []
  for (const { coordinator, cohort } of classes) {
    const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
    for (const { personId, serial, code } of issued) all.push({ personId, serial, code, actor: await actorFor(db, personId, { role: 'trainee' }) })
  }
  return { edition: first.edition, coordinator: first.coordinator, cohort: first.cohort, teachers: all }
}
