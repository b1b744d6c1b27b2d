import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { describe, expect, test } from 'vitest'
import * as schema from '#db/schema/index.ts'

/**
 * Every column that leads to a person, directly or by their enrolment or registry entry, and how one human with two joined
 * records is served by it. A new column fails this test until somebody has said so here, and done it:
 * - `pointer`: stays where it is and is read by `isRecordOf` or a join that follows `merged_into`;
 * - `moved`: the merge takes it to the kept record, and its undoing back;
 * - `ended`: a way in, which the merge closes for good;
 * - `refused`: no merge while the duplicate has a live one, and what is over is the class's or the centre's own history;
 * - `doer`: who did it, which is told of the very record that did;
 * - `pair`: tells of both records, and stays.
 */
const served: Record<string, 'pointer' | 'moved' | 'ended' | 'refused' | 'doer' | 'pair'> = {
  'persons.mergedInto': 'pair', 'merges.personId': 'pair', 'merges.intoId': 'pair', 'distinctPersons.a': 'pair', 'distinctPersons.b': 'pair',
  'memberships.personId': 'moved', 'consents.personId': 'moved', 'recoveryCodes.personId': 'moved',
  'sessions.personId': 'ended', 'invitations.personId': 'ended', 'tokens.personId': 'ended', 'idempotencyKeys.personId': 'ended',
  'workplaces.personId': 'pointer', 'notices.personId': 'pointer', 'progress.personId': 'pointer', 'bookmarks.personId': 'pointer', 'enrolments.personId': 'pointer', 'attendance.personId': 'pointer',
  'attempts.personId': 'pointer', 'observations.personId': 'pointer', 'logbook.personId': 'pointer', 'extraTimes.personId': 'pointer', 'certificates.personId': 'pointer',
  'followups.personId': 'pointer', 'evaluators.personId': 'pointer', 'demands.personId': 'pointer', 'cohortTrainers.personId': 'pointer', 'nominations.personId': 'pointer',
  'seats.personId': 'refused', 'heldPlaces.personId': 'refused', 'leavings.personId': 'refused', 'trainers.personId': 'refused', 'absences.personId': 'refused', 'requestTrainers.personId': 'refused',
  'errorReports.personId': 'doer', 'downloads.personId': 'doer', 'staffClaims.personId': 'pointer',
  'savedViews.personId': 'doer', 'denials.personId': 'doer',
}
const doers = /\.(\w+By|observerId|supervisorId|ownerId)$/

describe('two joined records', () => {
  test('are one human in every table that leads to a person', () => {
    const roots = new Set<PgTable>([schema.persons, schema.enrolments, schema.trainers])
    const found = new Set<string>()
    for (const [name, table] of Object.entries(schema)) {
      if (!is(table, PgTable)) continue
      for (const key of getTableConfig(table).foreignKeys) {
        const { columns, foreignColumns, foreignTable } = key.reference()
        if (!roots.has(foreignTable as PgTable)) continue
        for (const [index, column] of columns.entries()) {
          if (foreignTable === schema.persons || foreignColumns[index]!.name === 'personId') found.add(`${name}.${column.name}`)
        }
      }
    }
    expect([...found].filter((one) => !(one in served) && !doers.test(one)).sort()).toEqual([])
    expect(Object.keys(served).filter((one) => !found.has(one)).sort()).toEqual([])
    expect(found.size).toBeGreaterThan(50)
  })
})
