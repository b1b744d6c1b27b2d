import { is, type SQL, sql } from 'drizzle-orm'
import { getTableConfig, type PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { readFileSync } from 'node:fs'
import * as schema from '#db/schema/index.ts'

/**
 * Every table that a backup holds, parents before children. Sessions, limits and idempotency keys stay behind: after a
 * restore everybody signs in again. Tallies are made anew by the triggers of what they count.
 */
export const dumped = [
  'regions', 'academies', 'centres', 'accreditations', 'rooms', 'facilities', 'colleges',
  'persons', 'merges', 'distinctPersons', 'workplaces', 'memberships', 'invitations', 'recoveryCodes', 'tokens', 'consents', 'denials', 'holidays',
  'publicKeys', 'entries', 'nodes', 'checkpoints',
  'settings', 'jobs', 'notices',
  'certificateKinds', 'editions', 'lessons', 'items', 'stations', 'progress', 'bookmarks', 'errorReports',
  'cohorts', 'cohortSites', 'overrides', 'cohortTrainers', 'enrolments', 'quotas', 'seats', 'heldPlaces', 'leavings', 'nominations', 'demands', 'attendance', 'attendanceReopenings',
  'targets', 'needs', 'trainers', 'absences', 'requests', 'requestTrainers',
  'assessments', 'attempts', 'answers', 'removals', 'regrades', 'extraTimes', 'observations', 'logbook',
  'serials', 'certificates', 'statements', 'certificateFiles', 'credentials', 'issuePlans', 'issueBatches', 'batchCertificates', 'expiryReminders', 'revocations',
  'followups', 'followupCorrections', 'evaluations', 'evaluators', 'suggestions', 'meetings', 'meetingPoints', 'supervisions', 'indicatorValues',
  'packages', 'packageBuilds', 'downloads', 'changeRequests', 'changeAnswers', 'procedureRequests',
  'adoptions', 'adoptionSteps', 'evidenceFiles', 'programmes', 'programmeLines', 'staffClaims', 'reportNumbers', 'adoptionReports',
  'savedViews', 'monthlyStatements', 'reconciliations', 'dhis2Mappings',
  'heads',
] as const
export const leftBehind = ['sessions', 'limits', 'idempotencyKeys', 'tallies', 'holdings', 'learningSums'] as const

export type Dumped = (typeof dumped)[number]

/** What an export for other systems leaves out, beside what a backup does: whatever opens a door, and letters and work that may carry such a key. */
export const withheldTables = ['recoveryCodes', 'invitations', 'tokens', 'notices', 'jobs'] as const satisfies readonly Dumped[]
export const withheldColumns: { [Name in Dumped]?: readonly string[] } = {
  persons: ['passwordHash', 'totpCipher', 'totpConfirmedAt', 'totpLastStep'],
  // How somebody signed in before two records were joined: sealed, and with it an undoing would give it back.
  merges: ['moved'],
  procedureRequests: ['linkHash'],
}

export const tableOf = (name: Dumped) => schema[name] as PgTable
export const allTables = Object.entries(schema).flatMap(([name, value]) => (is(value, PgTable) ? [name] : []))
export const primaryKeyOf = (table: PgTable) => {
  const { columns, primaryKeys } = getTableConfig(table)
  return primaryKeys[0]?.columns ?? columns.filter((column) => column.primary)
}

/**
 * The order in which a table's rows are written: by its key, but a row that names another row of its own table comes after
 * that one, so that foreign keys hold while the rows come back in batches.
 */
export function orderOf(name: Dumped): (SQL | PgColumn)[] {
  if (name === 'persons') return [sql`${schema.persons.mergedInto} is not null`, schema.persons.id]
  // What carries on an earlier adoption was started after it.
  if (name === 'adoptions') return [schema.adoptions.startedAt, schema.adoptions.id]
  // A correction is recorded after what it corrects.
  if (name === 'adoptionSteps') return [schema.adoptionSteps.entrySeq, schema.adoptionSteps.id]
  // A successor's serial is later than its predecessor's.
  return name === 'certificates' ? [schema.certificates.serial] : primaryKeyOf(tableOf(name))
}

/** How many rows of a table one line holds: scans may be ten megabytes each, and a line is one text in memory. */
export const batchOf = (name: Dumped) => (name === 'evidenceFiles' ? 4 : 2000)

/** The migrations that this program knows, as one text: a backup restores only into the very schema it was taken from. */
export const schemaMark = () => (JSON.parse(readFileSync('db/migrations/meta/_journal.json', 'utf8')) as { entries: { tag: string }[] }).entries.map((entry) => entry.tag).join(',')

/** JSON can't hold bytes and moments: they travel as objects with one marked key. */
export const pack = (value: unknown): unknown =>
  value instanceof Date ? { $moment: value.toISOString() } : Buffer.isBuffer(value) ? { $bytes: value.toString('base64') } : value
export const unpack = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value
  if ('$moment' in value) return new Date(value.$moment as string)
  return '$bytes' in value ? Buffer.from(value.$bytes as string, 'base64') : value
}

export type Line =
  | { besik: 1; schema: string; at: string }
  | { describes: Record<string, unknown> }
  | { table: Dumped; rows: Record<string, unknown>[] }
  | { end: true; rows: number }
