import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { professions } from '#modules/counts/index.ts'
import { addDays, dayOf } from '#modules/words/index.ts'

/** What the questions are asked about: the busiest places of the register, and days counted back from today. */
export type Ground = {
  certificates: number
  entries: number
  answers: number
  today: string
  year: { from: string; to: string }
  yearBefore: { from: string; to: string }
  /** The day of the last report, and a moment long ago. */
  lastMonth: string
  past: string
  region: string
  centre: string
  cohort: string
  course: string
  profession: (typeof professions)[number]
  serial: string
  /** The place in the middle of the list of all certificates. */
  middle: string
}

export async function findGround(db: Db, now = new Date()): Promise<Ground> {
  const one = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>) => (await rows<Row>(db, query))[0]!
  const today = dayOf(now, 'Asia/Almaty')
  const sizes = await one<{ certificates: number; entries: number; answers: number }>(sql`
    select (select count(*) from certificates)::int as certificates, (select count(*) from entries)::int as entries, (select count(*) from answers)::int as answers`)
  const place = await one<{ centre: string; region: string }>(sql`
    select c.centre_id::text as centre, c.region_code as region from certificates c group by 1, 2 order by count(*) desc, 1 limit 1`)
  const { cohort } = await one<{ cohort: string }>(sql`
    select g.id::text as cohort from cohorts g where g.centre_id = ${place.centre}::uuid order by g.starts_on desc, g.id limit 1`)
  const { course } = await one<{ course: string }>(sql`select c.course from certificates c group by 1 order by count(*) desc, 1 limit 1`)
  const { profession } = await one<{ profession: Ground['profession'] }>(sql`select c.profession from certificates c where c.profession is not null group by 1 order by count(*) desc, 1 limit 1`)
  const middle = await one<{ serial: string; day: string }>(sql`
    select c.serial, c.counted_on::text as day from certificates c order by c.counted_on, c.serial offset ${Math.floor(sizes.certificates / 2)}::int limit 1`)
  return {
    ...sizes, ...place, cohort, course, profession, today,
    year: { from: addDays(today, -364), to: today }, yearBefore: { from: addDays(today, -729), to: addDays(today, -365) },
    lastMonth: addDays(today, -31), past: addDays(today, -400),
    serial: middle.serial, middle: Buffer.from(`${middle.day} ${middle.serial}`).toString('base64url'),
  }
}

/** What the ministry enters itself and a synthetic register has not: how many people are needed, in the country and in every region. */
export async function enterNeeds(db: Db, { profession, today }: Ground): Promise<void> {
  await db.execute(sql`
    insert into needs (region_code, profession, year, needed, source, invented)
    select place.code, ${profession}, ${Number(today.slice(0, 4))}::int, 1000, 'benchmark', true
      from (select r.code from regions r union all select null) place
        on conflict do nothing`)
}
