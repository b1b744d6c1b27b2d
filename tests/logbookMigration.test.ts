import { PGlite } from '@electric-sql/pglite'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const apply = async (client: PGlite, name: string) => {
  for (const statement of readFileSync(`db/migrations/${name}.sql`, 'utf8').split('--> statement-breakpoint')) if (statement.trim()) await client.exec(statement)
}
const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const [cohort, one, other, trainer, second] = [id(1), id(2), id(3), id(4), id(5)]

test('a day’s count becomes that many confirmed cases, each with who confirmed it and when; of two counts of a day the later one counts', async () => {
  const client = await PGlite.create()
  await apply(client, '0000_spine')
  await apply(client, '0001_guards')
  // Of the parents only what the logbook points to is there: foreign keys sleep while the old rows go in.
  await client.exec(`set session_replication_role = replica;
    insert into persons (id, family_name, given_name, folded) select id::uuid, 'Сағындық', 'Гүлжан', '' from unnest(array['${one}', '${other}', '${trainer}', '${second}']) as id;
    insert into enrolments (cohort_id, person_id, state, source, ticket) values ('${cohort}', '${one}', 'enrolled', 'coordinator', 1), ('${cohort}', '${other}', 'enrolled', 'coordinator', 2);
    insert into logbook (cohort_id, person_id, date, cases, confirmed_by, confirmed_at) values
      ('${cohort}', '${one}', '2027-03-01', 4, '${trainer}', '2027-03-01T12:00:00Z'),
      ('${cohort}', '${one}', '2027-03-01', 6, '${second}', '2027-03-01T13:00:00Z'),
      ('${cohort}', '${one}', '2027-03-02', 3, '${trainer}', '2027-03-02T12:00:00Z'),
      ('${cohort}', '${other}', '2027-03-01', 1, '${trainer}', '2027-03-01T12:00:00Z');
    insert into observations (cohort_id, edition_id, station, person_id, observer_id, steps, passed) values ('${cohort}', '${id(6)}', 'counting-breaths', '${one}', '${trainer}', '{}', true);
    set session_replication_role = origin`)

  // In one transaction, as every migration runs.
  await client.exec('begin')
  await apply(client, '0002_assessment')
  await client.exec('commit')

  const { rows } = await client.query(`select person_id, date::text, confirmed_by, to_char(confirmed_at at time zone 'UTC', 'MM-DD HH24') as at, count(*)::int as n from logbook group by 1, 2, 3, 4 order by 1, 2`)
  expect(rows).toEqual([
    { person_id: one, date: '2027-03-01', confirmed_by: second, at: '03-01 13', n: 6 },
    { person_id: one, date: '2027-03-02', confirmed_by: trainer, at: '03-02 12', n: 3 },
    { person_id: other, date: '2027-03-01', confirmed_by: trainer, at: '03-01 12', n: 1 },
  ])
  const shapes = await client.query(`select distinct age_group, setting, edition, signs, classifications, recorded_at = confirmed_at as same from logbook`)
  expect(shapes.rows).toEqual([{ age_group: 'not-recorded', setting: 'not-recorded', edition: null, signs: [], classifications: [], same: true }])
  expect((await client.query('select distinct role from observations')).rows).toEqual([{ role: 'examiner' }])
  // What was confirmed before is as final as what is confirmed now.
  await expect(client.exec(`delete from logbook`)).rejects.toMatchObject({ code: '23001' })
  await client.close()
})
