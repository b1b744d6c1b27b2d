import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { persons, settings } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { setting } from '#modules/jobs/index.ts'
import { seedAdoptions } from './adoptions.ts'
import { seedCertificates } from './certificates.ts'
import { seedChangeRequests } from './changeRequests.ts'
import { seedCohorts } from './cohorts.ts'
import { seedCourses } from './courses.ts'
import { seedFollowup } from './followup.ts'
import { seedPeople } from './people.ts'
import { seedPlaces } from './places.ts'
import { seedNeedsOfRegions, seedPlans, seedRequests } from './planning.ts'
import { seedProcedureRequests } from './procedures.ts'
import { seedResults } from './results.ts'
import { seedDemand, seedNominations, seedSeats } from './seats.ts'
import { seedSchedule } from './schedule.ts'
import { seedStaff } from './staff.ts'
import { seedStatements } from './statements.ts'
import { seedWorkplaces } from './workplaces.ts'

/** One way in for each audience, printed by `npm start`. The password is the same for all. */
export const demoSignIns: string[] = [
  'Sign-ins (password besik-demo-2026):',
  '  trainee@demo.kz       learn, take the test, get the certificate',
  '  trainer@demo.kz       attendance, skills stations, logbook',
  '  coordinator@demo.kz   resource centre in Kyzylorda (coordinator2@demo.kz: Taraz)',
  '  manager@demo.kz       head of a facility: nominations for courses',
  '  college@demo.kz       medical college',
  '  ministry@demo.kz      counts and audit',
  '  admin@demo.kz         places, people, health',
]

/** The steps, in order; each builds on those before it and goes through the verbs that people use. */
const steps = [seedPlaces, seedPeople, seedCourses, seedDemand, seedCohorts, seedSeats, seedNominations, seedResults, seedCertificates, seedFollowup, seedWorkplaces, seedSchedule, seedAdoptions, seedStaff, seedPlans, seedNeedsOfRegions, seedRequests, seedChangeRequests, seedProcedureRequests]

/**
 * Fills an empty database with the demonstration, once: a database that holds people is left as it is. It stays marked
 * as a demonstration, and so do its editions and certificates.
 */
export async function seedDemo(db: Db, print: (line: string) => void) {
  const [mark] = await db.select().from(settings).where(eq(settings.name, 'demonstration'))
  if (mark?.value === true) {
    if ((await setting(db, 'synthetic')) === true) print('The database holds a synthetic register: no demonstration was added.')
    return
  }
  if ((await db.$count(persons)) > 0) return print('The database holds people already: no demonstration was added.')
  print('Seeding the demonstration …')
  const actor = system('demo')
  await db.transaction(async (tx) => {
    for (const step of steps) await step(tx as unknown as Db, actor)
  })
  // Only what is committed is signed.
  await seedStatements(db, actor)
}
