import { describe, expect, test } from 'vitest'
import { changesBetween, itemDigest, type Parts } from '#modules/packages/changes.ts'
import { aBook } from './aBook.ts'

const titles = (text: string) => ({ kk: text, ru: text, en: text })
const parts = (lessons: Record<string, string>, items: Record<string, string> = {}): Parts => ({
  lessons: Object.entries(lessons).map(([id, hash]) => ({ id, hash, titles: titles(id) })), items: Object.entries(items).map(([id, digest]) => ({ id, digest })),
})

describe('what an edition has that the one before hadn’t', () => {
  test.each([
    ['nothing, when nothing is new', parts({ a: '1' }), parts({ a: '1' }), []],
    ['a new lesson', parts({ a: '1' }), parts({ a: '1', b: '1' }), ['lesson added b']],
    ['a changed lesson', parts({ a: '1' }), parts({ a: '2' }), ['lesson changed a']],
    ['a lesson that is gone', parts({ a: '1', b: '1' }), parts({ b: '1' }), ['lesson removed a']],
    ['questions after lessons, each group in its order', parts({ c: '1' }, { y: '1', z: '1' }), parts({ a: '1', c: '2' }, { x: '1', z: '2' }), ['lesson added a', 'lesson changed c', 'item added x', 'item removed y', 'item changed z']],
  ])('%s', (_, before, after, told) => expect(changesBetween(before, after).map((one) => `${one.what} ${one.how} ${one.id}`)).toEqual(told))

  test('a question frozen in another database is the same question; another key or word makes it another', () => {
    const one = aBook('en').items
    const again = aBook('en').items
    for (const item of again.values()) {
      if (item.kind === 'single') {
        const other = item.body.options.map((option) => ({ ...option, id: `x${option.id}` }))
        item.body.key = item.body.key.map((id) => `x${id}`)
        item.body.options = other.toReversed()
      }
    }
    for (const [id, item] of one) expect(itemDigest(again.get(id)!)).toBe(itemDigest(item))
    const single = again.get('q-one')!
    if (single.kind !== 'single') throw new Error('kind')
    single.body.key = [single.body.options.find((option) => !single.body.key.includes(option.id))!.id]
    expect(itemDigest(single)).not.toBe(itemDigest(one.get('q-one')!))
    const numeric = again.get('q-three')!
    numeric.body.prompt.kk += '!'
    expect(itemDigest(numeric)).not.toBe(itemDigest(one.get('q-three')!))
  })
})
