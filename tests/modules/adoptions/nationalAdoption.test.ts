import Papa from 'papaparse'
import { desc, sql } from 'drizzle-orm'
import { rows } from '#db/rows.ts'
import type { Db } from '#db/client.ts'
import { adoptions, adoptionSteps, colleges, entries } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { type AdoptionState, exportNational, nationalAdoption, nextStates, standingSteps, stateOf, type Step, studyYearOf } from '#modules/adoptions/index.ts'
import { adoptionFigures } from '#modules/adoptions/adoptionFigures.ts'
import { addDays } from '#modules/words/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAdministrator, anAuditor, anEdition, aRegion, texts } from '#tests/factories.ts'
import { aCollege } from '#tests/modules/adoptions/staff.ts'

type Random = () => number
/** Mulberry32: the same seed, the same histories. */
function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
const whole = (random: Random, below: number) => Math.floor(random() * below)
const pick = <One>(random: Random, all: readonly One[]) => all[whole(random, all.length)]!

let entry = 1_000_000

/** A history that the rules allow, of a few steps, some of them put right later. */
function aHistory(random: Random, newest: { id: string; number: number } | null): Step[] {
  const steps: Step[] = []
  let on = addDays('2022-09-01', whole(random, 500))
  for (let left = 1 + whole(random, 11); left > 0; left--) {
    const standing = standingSteps(steps)
    const next = pick(random, nextStates(stateOf(steps), newest !== null).filter((state) => state !== 'withdrawn' || random() < 0.3))
    on = addDays(on, whole(random, 200))
    const told = standing.filter(({ state }) => state === 'taught').map(({ facts }) => facts['studyYear'])
    if (on > '2026-08-31' || (next === 'taught' && told.includes(studyYearOf(on)))) continue
    const facts = (state: AdoptionState, day: string) => ({
      invited: {}, received: {}, review: { body: 'кеңес' }, mapped: { specialityCode: '09130100', theoryHours: 10 + whole(random, 20), practiceHours: whole(random, 20) }, approved: { order: `№ ${whole(random, 900)}`, body: 'кеңес' },
      registered: { number: `${whole(random, 900)}` }, taught: { studyYear: studyYearOf(day), groups: 1 + whole(random, 4), students: 4 + whole(random, 90), hours: 20 + whole(random, 40) },
      reconfirm: { bridge: 'қосымша сабақ', editionId: newest?.id, edition: newest?.number }, withdrawn: { reason: 'себебі' },
    })[state]
    steps.push({ id: crypto.randomUUID(), state: next, on, facts: facts(next, on), correctsId: null })
    const righted = random() < 0.25 ? pick(random, standingSteps(steps)) : null
    if (righted) steps.push({ id: crypto.randomUUID(), state: righted.state, on: righted.on, facts: facts(righted.state, righted.on), correctsId: righted.id })
  }
  return steps
}

/** A country with two courses, one in three editions, and some forty colleges with random histories. */
async function aCountry(db: Db, random: Random) {
  const codes = ['KZ-43', 'KZ-71', 'KZ-10', 'KZ-47', 'KZ-31']
  for (const code of codes) await aRegion(db, code)
  const offered: { id: string; number: number; newest: { id: string; number: number } | null }[][] = []
  for (const [course, many] of [['imci', 3], ['emergency', 1]] as const) {
    const made = []
    for (let at = 0; at < many; at++) made.push(await anEdition(db, { course, number: at + 1, publishedAt: new Date(Date.parse(`202${3 + at}-0${1 + whole(random, 9)}-10T06:00:00Z`)) }))
    const last = made.at(-1)!
    offered.push(made.map(({ id, number }) => ({ id, number, newest: number < last.number ? { id: last.id, number: last.number } : null })))
  }
  for (let at = 0; at < 40; at++) {
    const [college] = await db.insert(colleges).values({ regionCode: pick(random, codes), names: texts(`№ ${at} колледж`), closedAt: random() < 0.1 ? new Date() : null }).returning()
    for (const edition of offered.flatMap((all) => all)) {
      if (random() < 0.45) continue
      const steps = aHistory(random, edition.newest)
      if (steps.length === 0) continue
      const [adoption] = await db.insert(adoptions).values({ collegeId: college!.id, editionId: edition.id }).returning()
      await db.insert(adoptionSteps).values(steps.map((step) => ({ ...step, adoptionId: adoption!.id, entrySeq: ++entry })))
    }
  }
}

/**
 * What stands of every history, and how far each adoption stands, told in SQL: a correction in the place of what it corrects; the last
 * step but re-confirmations, and the register doesn't take teaching back.
 */
const ground = sql`
  with recursive lineage as (
    select s.id, s.adoption_id, s.entry_seq as place from adoption_steps s where s.corrects_id is null
    union all
    select s.id, s.adoption_id, l.place from adoption_steps s join lineage l on s.corrects_id = l.id
  ), standing as (
    select s.*, l.place from adoption_steps s join lineage l on l.id = s.id where not exists (select 1 from adoption_steps n where n.corrects_id = s.id)
  ), last as (
    select distinct on (adoption_id) adoption_id, state from standing where state <> 'reconfirm' order by adoption_id, place desc
  ), before_register as (
    select distinct on (adoption_id) adoption_id, state from standing where state not in ('reconfirm', 'registered') order by adoption_id, place desc
  ), told as (
    select a.id, a.college_id, e.course, e.number, e.id as edition_id,
           case when l.state = 'withdrawn' then null when l.state = 'registered' and b.state = 'taught' then 'taught' else l.state end as rung,
           (select max(n.number) from editions n where n.course = e.course) as newest
      from adoptions a join editions e on e.id = a.edition_id join colleges c on c.id = a.college_id and c.closed_at is null
      join last l on l.adoption_id = a.id left join before_register b on b.adoption_id = a.id
  ), heights(rung, height) as (values ('invited', 0), ('received', 1), ('review', 2), ('mapped', 3), ('approved', 4), ('registered', 5), ('taught', 6)),
  furthest as (select t.college_id, max(h.height) as height from told t join heights h using (rung) group by 1),
  reached as (
    select t.college_id, t.course, s.facts from standing s join told t on t.id = s.adoption_id where s.state = 'taught'
  ), current as (
    select distinct on (t.college_id, t.course) t.* from told t where t.rung in ('approved', 'registered', 'taught') order by t.college_id, t.course, t.number desc
  ), older as (
    select o.*, n.id as newest_id, (n.published_at at time zone 'Asia/Almaty')::date + 180 as due,
           exists (select 1 from standing s where s.adoption_id = o.id and s.state = 'reconfirm' and s.facts->>'editionId' = n.id::text)
             or exists (select 1 from told m where m.college_id = o.college_id and m.course = o.course and m.number > o.number
                         and (select s.state from standing s where s.adoption_id = m.id order by s.place desc limit 1) not in ('invited', 'withdrawn')) as answered
      from current o join editions n on n.course = o.course and n.number = o.newest where o.number < o.newest
  )`

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

describe('the national view over random histories', () => {
  test.for([0, 1, 2])(`has the figures that SQL counts (SEED=${seed}, turn %i)`, async (turn, { db }) => {
    await aCountry(db, randomOf(seed + turn))
    const now = new Date('2026-09-15T06:00:00Z')
    for (const course of [undefined, 'imci', 'emergency']) {
      const of = course === undefined ? sql`true` : sql`course = ${course}`
      const scoped = sql`${ground}, mine as (select f.college_id, max(h.height) as height from told f join heights h using (rung) where ${of} group by 1)`
      const told = await nationalAdoption(db, system('test'), { course }, now)

      const funnel = await rows<{ rung: string; colleges: number }>(db, sql`${scoped} select h.rung, count(m.college_id)::int as colleges from heights h left join mine m on m.height >= h.height group by h.rung, h.height order by h.height`)
      expect(told.funnel).toEqual(funnel)
      const [ends] = await rows(db, sql`${ground} select (select count(*)::int from colleges where closed_at is null) as listed,
        (select count(*)::int from (select college_id from told where ${of} group by 1 having bool_and(rung is null)) w) as withdrawn,
        (select count(distinct college_id)::int from older where ${of}) as older,
        (select count(distinct college_id)::int from older where ${of} and not answered and due < '2026-09-15') as overdue`)
      expect({ listed: told.listed, withdrawn: told.withdrawn, older: told.older, overdue: told.overdue }).toEqual(ends)

      for (const studyYear of told.years) {
        const [counted] = await rows(db, sql`${ground} select coalesce(sum((facts->>'groups')::int), 0)::int as groups, coalesce(sum((facts->>'students')::int), 0)::int as students,
          coalesce(sum((facts->>'groups')::int * (facts->>'hours')::int), 0)::int as hours from reached where ${of} and (facts->>'studyYear')::int = ${studyYear}::int`)
        expect((await nationalAdoption(db, system('test'), { course, studyYear }, now)).reached).toEqual(counted)
      }

      const regional = await rows(db, sql`${scoped} select c.region_code as region, count(*)::int as listed, count(*) filter (where m.height >= 1)::int as given, count(*) filter (where m.height >= 4)::int as adopted, count(*) filter (where m.height >= 6)::int as taught
        from colleges c left join mine m on m.college_id = c.id where c.closed_at is null group by 1 order by 1`)
      expect(told.regions.filter(({ listed }) => listed > 0).map(({ region, listed, given, adopted, taught }) => ({ region, listed, given, adopted, taught })).toSorted((one, other) => (one.region < other.region ? -1 : 1))).toEqual(regional)
      const sum = (name: 'listed' | 'given' | 'adopted' | 'taught' | 'students' | 'hours' | 'overdue') => told.regions.reduce((all, one) => all + one[name], 0)
      expect([sum('listed'), sum('students'), sum('hours'), sum('overdue')]).toEqual([told.listed, told.reached.students, told.reached.hours, told.overdue])
    }
  })
})

const story = { names: texts('Колледж'), higher: false }
const some = (from: number, many: number, rung: 'received' | 'approved' | 'taught') => Array.from({ length: many }, (_, at) => ({
  id: `a${from + at}`, collegeId: `c${from + at}`, course: 'imci', edition: 1, state: rung, since: '2025-09-01', rung, inForce: rung !== 'received', newer: null, reconfirmation: null, order: null, programmeHours: null,
  taught: rung === 'taught' ? [{ studyYear: 2025, groups: 2, students: 50, hours: 40 }] : [],
}))

describe('figures', () => {
  test('tell the story: 80 colleges in the list, 54 given, 10 adopted, 4 teaching', () => {
    const all = Array.from({ length: 80 }, (_, at) => ({ ...story, id: `c${at}`, regionCode: at < 10 ? 'KZ-43' : 'KZ-71' }))
    const told = adoptionFigures({ colleges: all, regions: ['KZ-43', 'KZ-71', 'KZ-10'], adoptions: [...some(0, 4, 'taught'), ...some(4, 6, 'approved'), ...some(10, 44, 'received')] }, {}, 2026)
    expect(told.listed).toBe(80)
    expect(told.funnel.map(({ colleges: many }) => many)).toEqual([54, 54, 10, 10, 10, 4, 4])
    expect(told.regions).toMatchObject([{ listed: 10, given: 10, adopted: 10, taught: 4, students: 200, hours: 320 }, { listed: 70, given: 44, adopted: 0, students: 0 }, { listed: 0, given: 0, adopted: 0, taught: 0, students: 0, hours: 0 }])
    expect([told.studyYear, told.years]).toEqual([2025, [2026, 2025]])
    expect(told.colleges.filter(({ adoption }) => adoption === null)).toHaveLength(26)
  })

  test('count a college once, by the furthest of its courses, and its students of every course', () => {
    const own = [...some(0, 1, 'taught'), { ...some(0, 1, 'received')[0]!, id: 'b', course: 'emergency' }, { ...some(0, 1, 'taught')[0]!, id: 'c', course: 'home-visiting' }]
    const told = adoptionFigures({ colleges: [{ ...story, id: 'c0', regionCode: 'KZ-43' }], regions: ['KZ-43'], adoptions: own }, {}, 2026)
    expect(told.funnel.map(({ colleges: many }) => many)).toEqual([1, 1, 1, 1, 1, 1, 1])
    expect(told.reached).toEqual({ groups: 4, students: 100, hours: 160 })
    expect(told.colleges).toHaveLength(3)
  })

  test('whoever has the newest edition in force has left the older one behind', () => {
    const newer = { editionId: 'e2', number: 2, publishedOn: '2025-01-10' }
    const late = { ...some(0, 1, 'taught')[0]!, newer, reconfirmation: { edition: 2, due: '2025-07-09', overdue: true, answered: false } }
    const look = (adopted: Parameters<typeof adoptionFigures>[0]['adoptions']) => adoptionFigures({ colleges: [{ ...story, id: 'c0', regionCode: 'KZ-43' }], regions: ['KZ-43'], adoptions: adopted }, {}, 2026)
    expect(look([late])).toMatchObject({ older: 1, overdue: 1, regions: [{ overdue: 1 }], colleges: [{ older: { edition: 1, newest: 2, overdue: true } }] })
    expect(look([late, { ...some(0, 1, 'approved')[0]!, id: 'n', edition: 2 }])).toMatchObject({ older: 0, overdue: 0, colleges: [{ older: null, adoption: { id: 'a0' } }] })
  })
})

describe('the view and its files', () => {
  test('are for the ministry: neither a college nor an administrator', async ({ db }) => {
    for (const actor of [(await aCollege(db)).worker, await anAdministrator(db)]) {
      await expect(nationalAdoption(db, actor, {})).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(exportNational(db, actor, { format: 'csv', locale: 'en' })).rejects.toMatchObject({ code: 'permission.denied' })
    }
    expect((await nationalAdoption(db, await anAuditor(db), {})).listed).toBe(1)
  })

  test('list the colleges of a region or in a state, while the figures stay the country’s', async ({ db }) => {
    await aCountry(db, randomOf(7))
    const all = await nationalAdoption(db, system('test'), {})
    const region = all.colleges[0]!.college.regionCode
    const told = await nationalAdoption(db, system('test'), { region, state: 'taught' })
    expect(told.colleges).toEqual(all.colleges.filter(({ college, adoption }) => college.regionCode === region && adoption?.state === 'taught'))
    expect(told.colleges.length).toBeLessThan(all.colleges.length)
    expect({ ...told, colleges: 0, asOf: 0 }).toEqual({ ...all, colleges: 0, asOf: 0 })
    expect((await nationalAdoption(db, system('test'), { state: 'none' })).colleges.every(({ adoption }) => adoption === null)).toBe(true)
  })

  test('the CSV holds every number of the view, in the reader’s language, and is recorded', async ({ db }) => {
    await aCountry(db, randomOf(11))
    const auditor = await anAuditor(db)
    const told = await nationalAdoption(db, auditor, { course: 'imci' })
    const { bytes, rows: many, digest } = await exportNational(db, auditor, { course: 'imci', format: 'csv', locale: 'ru' })
    const lines = Papa.parse<string[]>(Buffer.from(bytes).toString('utf8').slice(1), { delimiter: ';' }).data
    const cell = (name: string) => Number(lines.find(([first]) => first === name)![1])
    expect([cell('В списке'), cell('Материалы получены'), cell('Утверждено'), cell('Студенты'), cell('Ответ просрочен')])
      .toEqual([told.listed, told.funnel[1]!.colleges, told.funnel[4]!.colleges, told.reached.students, told.overdue])
    const regional = told.regions.length
    const head = lines.findIndex((line) => line[0] === 'Регион' && line[1] === 'В списке')
    expect(lines.slice(head + 1, head + 1 + regional).map(([, listed, , adopted]) => [Number(listed), Number(adopted)]).toSorted()).toEqual(told.regions.map(({ listed, adopted }) => [listed, adopted]).toSorted())
    expect(lines.filter((line) => line.length === 12)).toHaveLength(told.colleges.length + 1)
    const [last] = await db.select().from(entries).orderBy(desc(entries.seq)).limit(1)
    expect(JSON.parse(last!.body)).toMatchObject({ kind: 'list.exported', facts: { list: `adoption:imci:${told.studyYear}`, rows: many, digest } })
  })

  test('the workbook has a sheet for each block', async ({ db }) => {
    await aCollege(db)
    const { bytes, name } = await exportNational(db, await anAuditor(db), { format: 'xlsx', locale: 'kk' })
    expect(name).toMatch(/^besik-adoption-\d{4}-\d{2}-\d{2}\.xlsx$/)
    expect(Buffer.from(bytes.subarray(0, 2)).toString()).toBe('PK')
  })
})
