import { adoptionOf, programmeLine, pasteLines, readLines, removeLine, saveLine, saveProgramme, moveLine, mostLines } from '#modules/adoptions/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAuditor } from '#tests/factories.ts'
import { aHead, aLine, aProgramme, aReceived } from './cast.ts'
import { aCollege } from './staff.ts'

describe('a college’s programme', () => {
  test('is kept whole, with its lines in order, and held against the edition', async ({ db }) => {
    const { worker, adoptionId } = await aReceived(db)
    expect(await adoptionOf(db, worker, { adoptionId })).toMatchObject({ programme: null, mapping: null, mapped: null })
    await saveProgramme(db, worker, { adoptionId, ...aHead, lines: [aLine('Б', ['imci-1-01']), aLine('А', ['imci-1-02', 'imci-1-01'])] })
    const { programme, mapping } = await adoptionOf(db, worker, { adoptionId })
    expect(programme!.lines.map((one) => one.title)).toEqual(['Б', 'А'])
    expect(mapping).toMatchObject({ lessons: { all: 2, covered: 2 }, gaps: [], overlaps: [{ id: 'imci-1-01', lines: [1, 2] }], given: { theory: 40, practice: 24 }, ours: { all: 8 } })
  })

  test('is changed line by line, each change seen by whoever makes the next', async ({ db }) => {
    const { worker, adoptionId } = await aReceived(db)
    let { digest } = await aProgramme(db, worker, adoptionId)
    const now = async () => (await adoptionOf(db, worker, { adoptionId })).programme!
    digest = (await saveLine(db, worker, { adoptionId, seen: digest, ...aLine('Екінші') })).digest
    const old = digest
    digest = (await saveLine(db, worker, { adoptionId, seen: digest, place: 1, ...aLine('Бірінші', ['imci-1-02']) })).digest
    expect((await now()).lines.map((one) => [one.title, one.lessons])).toEqual([['Бірінші', ['imci-1-02']], ['Екінші', []]])
    await expect(removeLine(db, worker, { adoptionId, seen: old, place: 1 })).rejects.toMatchObject({ code: 'programme.changed' })
    digest = (await moveLine(db, worker, { adoptionId, seen: digest, place: 2, by: 'up' })).digest
    digest = (await moveLine(db, worker, { adoptionId, seen: digest, place: 1, by: 'up' })).digest
    expect((await now()).lines.map((one) => one.title)).toEqual(['Екінші', 'Бірінші'])
    digest = (await pasteLines(db, worker, { adoptionId, seen: digest, text: 'Үшінші\t4\t2' })).digest
    await expect(removeLine(db, worker, { adoptionId, seen: digest, place: 4 })).rejects.toMatchObject({ code: 'object.not-found' })
    await removeLine(db, worker, { adoptionId, seen: digest, place: 1 })
    expect((await now()).lines.map((one) => [one.title, one.theoryHours])).toEqual([['Бірінші', 20], ['Үшінші', 4]])
    // The head alone leaves the lines.
    await saveProgramme(db, worker, { adoptionId, ...aHead, semester: 7 })
    expect(await now()).toMatchObject({ semester: 7, lines: [{ title: 'Бірінші' }, { title: 'Үшінші' }] })
  })

  test('names only what the edition has, in at most so many lines', async ({ db }) => {
    const { worker, adoptionId } = await aReceived(db)
    const save = (...lines: ReturnType<typeof aLine>[]) => saveProgramme(db, worker, { adoptionId, ...aHead, lines })
    await expect(save(aLine('А', ['imci-9-99']))).rejects.toMatchObject({ code: 'programme.unknown-part' })
    await expect(save({ ...aLine(), competencies: ['fly'] })).rejects.toMatchObject({ code: 'programme.unknown-part' })
    const { digest } = await save(...Array.from({ length: mostLines }, () => aLine()))
    await expect(saveLine(db, worker, { adoptionId, seen: digest, ...aLine() })).rejects.toMatchObject({ code: 'programme.too-many-lines' })
  })

  test('is the college’s: for another it is not there, and the ministry only reads it', async ({ db }) => {
    const { worker, adoptionId } = await aReceived(db)
    await aProgramme(db, worker, adoptionId)
    const { worker: stranger } = await aCollege(db)
    await expect(saveProgramme(db, stranger, { adoptionId, ...aHead })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(saveProgramme(db, await anAuditor(db), { adoptionId, ...aHead })).rejects.toMatchObject({ code: 'permission.denied' })
  })

  test('a line has hours', () => {
    expect(programmeLine.safeParse({ ...aLine(), theoryHours: '0', practiceHours: '0' }).error!.issues[0]).toMatchObject({ path: ['theoryHours'], message: 'field.programme.hours' })
    expect(programmeLine.safeParse({ ...aLine(), theoryHours: '1.5' }).success).toBe(false)
    expect(programmeLine.parse({ ...aLine(), theoryHours: '3', lessons: ['a', 'a'] })).toMatchObject({ theoryHours: 3, lessons: ['a'] })
  })
})

describe('lines copied from a table', () => {
  test.each([
    ['tabs', 'Тыныс алу аурулары\t4\t2\nДиарея\t3\t', [['Тыныс алу аурулары', 4, 2], ['Диарея', 3, 0]]],
    ['semicolons', 'Кашель; 4; 2\r\n\r\nДиарея; 0; 6\r\n', [['Кашель', 4, 2], ['Диарея', 0, 6]]],
    ['numbers before titles', '1.\tКашель\t4\t2\n2\tДиарея\t3\t1', [['Кашель', 4, 2], ['Диарея', 3, 1]]],
    ['a heading', 'Тема\tТеория\tПрактика\nКашель\t4\t2', [['Кашель', 4, 2]]],
    ['a sum beside', 'Кашель\t4\t2\t6', [['Кашель', 4, 2]]],
  ])('are read with %s', (_, text, lines) => expect(readLines(text).map((one) => [one.title, one.theoryHours, one.practiceHours])).toEqual(lines))

  test.each([['without hours', 'Кашель\t4\t2\nДиарея', 2], ['with words for hours', 'Кашель\t4\t2\nДиарея\tмного\t2', 2], ['with no hour at all', 'Кашель\t0\t0', 1], ['with half hours', '\n\nКашель\t1.5\t0', 3]])(
    'a line %s is named by its number', (_, text, line) => expect(() => readLines(text)).toThrow(expect.objectContaining({ code: 'programme.unreadable', facts: { line } })),
  )
})
