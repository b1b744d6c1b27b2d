import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { facilities, persons } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { duplicates, iinColumns } from '#modules/people/index.ts'
import { fold } from '#modules/words/index.ts'
import { row, type Row } from './measure.ts'
import type { Bench } from './stage.ts'

const people = 100_000
const family = ['Ахмет', 'Оспан', 'Ыбырай', 'Сейіт', 'Нұрлан', 'Жүніс', 'Тілеу', 'Қасым', 'Бекболат', 'Әбді', 'Мұрат', 'Серік', 'Құдайберген', 'Ермек', 'Досжан', 'Төлеген', 'Смағұл', 'Байжан', 'Есен', 'Рахым']
const ending = ['ов', 'ова', 'ев', 'ева', 'ин', 'ұлы', 'бай', 'бек', 'хан', 'мұрат', 'жан', 'тай', 'ғали', 'қожа', 'нияз', 'байұлы', 'бекқызы', 'ханова', 'баев', 'беков', 'гелді', 'берген', 'мағамбет', 'пейіс', 'қали']
const given = ['Айгүл', 'Әсел', 'Жанар', 'Гүлжан', 'Дана', 'Меруерт', 'Шолпан', 'Ерлан', 'Нұрлан', 'Арман', 'Данияр', 'Бауыржан', 'Сәуле', 'Айнұр', 'Қарлығаш', 'Зәуре', 'Ботагөз', 'Тимур', 'Алмагүл', 'Жанна', 'Самал', 'Ұлжан', 'Рауан', 'Серік', 'Перизат', 'Гүлнар', 'Ләззат', 'Мәдина', 'Арай', 'Анар', 'Динара', 'Камшат']
const father = ['Марат', 'Серік', 'Ерлан', 'Болат', 'Қанат', 'Нұрлан', 'Талғат', 'Асқар', 'Бекболат', 'Қайрат', 'Мұрат', 'Ғалым', 'Жомарт', 'Самат', 'Ермек', 'Тілеген']

/** Numbers from 0, less than 1, the same in every run (mulberry32). */
function dice(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** So many invented people more, six of ten with a personal number, with as many namesakes as common names make. */
export async function crowd(db: Db, howMany: number): Promise<void> {
  const places = (await db.select({ id: facilities.id }).from(facilities).orderBy(facilities.id)).map(({ id }) => id)
  const next = dice(1)
  const one = <Item>(of: readonly Item[]) => of[Math.floor(next() * of.length)]!
  const invent = (n: number) => {
    const id = randomUUID()
    const [familyName, givenName, patronymic] = [one(family) + one(ending), one(given), next() < 0.8 ? `${one(father)}қызы` : null]
    const number = next() < 0.6 ? String(900_000_000_000 + n) : null
    return { id, familyName, givenName, patronymic, folded: fold([familyName, givenName, patronymic ?? ''].join(' ')), facilityId: places.length > 0 ? one(places) : null, ...iinColumns(id, number) }
  }
  // The database makes the keys of every name as it comes: so many at a time as fit within its limit for a statement.
  for (let made = 0; made < howMany; made += 2000) await db.insert(persons).values(Array.from({ length: Math.min(2000, howMany - made) }, (_, index) => invent(made + index)))
  await db.execute(sql`analyze persons`)
}

/** A page of pairs that may be one human among 100,000 people, against the first pairs of namesakes by bare SQL over the whole table. */
export async function benchDuplicates(stage: Bench): Promise<Row[]> {
  return stage.withDatabase(async ({ db }) => {
    await crowd(db, people)
    const page = async () => {
      const { items } = await duplicates(db, system('bench'), { limit: 10 })
      if (items.length < 10) throw new Error('a page of pairs was not found')
    }
    const bare = async () => {
      const found = await rows(db, sql`select one.id, other.id from persons one join persons other on one.id < other.id and one.family_name = other.family_name and one.given_name = other.given_name
        where one.iin_lookup is null or other.iin_lookup is null order by one.folded, one.id limit 10`)
      if (found.length < 10) throw new Error('the bare pairs were not found')
    }
    const [measured, baseline] = [await best(page), await best(bare)]
    return [row('a page of duplicates among 100,000 people (ms: less is better) against namesakes by bare SQL', stage.kind, measured, baseline, 'ms', '≤ 1,000 ms')]
  })
}

/** Milliseconds of the best of three, the first of which reads the pages of the table. */
async function best(work: () => Promise<void>): Promise<number> {
  const spent: number[] = []
  for (let n = 0; n < 3; n++) {
    const started = performance.now()
    await work()
    spent.push(performance.now() - started)
  }
  return Math.min(...spent)
}
