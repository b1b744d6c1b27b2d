import fc from 'fast-check'
import { type BankItem, freezeItem, type Item } from '#modules/courses/index.ts'
import type { Choice } from '#modules/assessment/index.ts'
import { texts } from '#tests/factories.ts'

// Banks of any questions, as authors could write them, and any answers to them, as trainees could give them.

const text = { id: '', prompt: texts('?'), rationale: texts('!'), lesson: 'l', topic: 't', competency: 'c', difficulty: 'medium' as const, source: { guideline: 'g', rule: 'r' } }
const listed = (count: number, name: string) => Array.from({ length: count }, (_, n) => ({ id: `${name}${n}`, text: texts(`${name}${n}`) }))
const credit = fc.constantFrom<'all' | 'part' | undefined>('all', 'part', undefined).map((one) => (one ? { credit: one } : {}))
const some = (count: number, least: number, most: number) => fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { minLength: least, maxLength: most })
/** Sizes, tolerances and answers in hundredths, so that borders are hit. */
const hundredths = (min: number, max: number) => fc.integer({ min: min * 100, max: max * 100 }).map((n) => n / 100)

const single = fc.integer({ min: 2, max: 6 }).chain((n) => fc.integer({ min: 0, max: n - 1 }).map((key): BankItem => ({ ...text, kind: 'single', options: listed(n, 'o'), key: [`o${key}`] })))
const multiple = fc.integer({ min: 2, max: 8 }).chain((n) => fc.tuple(some(n, 1, n - 1), credit).map(([key, how]): BankItem => ({ ...text, ...how, kind: 'multiple', options: listed(n, 'o'), key: key.map((one) => `o${one}`) })))
const numeric = fc.tuple(hundredths(0, 50), hundredths(0, 3)).map(([value, tolerance]): BankItem => ({ ...text, kind: 'numeric', key: { value, tolerance, unit: 'ml' } }))
const ordering = fc.tuple(fc.integer({ min: 3, max: 8 }), credit).map(([n, how]): BankItem => ({ ...text, ...how, kind: 'ordering', steps: listed(n, 's') }))
const matching = fc.tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 2, max: 8 }), credit).chain(([left, right, how]) =>
  fc.array(fc.integer({ min: 0, max: right - 1 }), { minLength: left, maxLength: left }).map((key): BankItem => ({ ...text, ...how, kind: 'matching', left: listed(left, 'l'), options: listed(right, 'o'), key: Object.fromEntries(key.map((one, at) => [`l${at}`, `o${one}`])) })))

/** A frozen bank of one to eight questions of any kinds. */
export const frozenBank: fc.Arbitrary<Item[]> = fc
  .tuple(fc.uuid(), fc.array(fc.oneof(single, multiple, numeric, ordering, matching), { minLength: 1, maxLength: 8 }))
  .map(([editionId, items]) => items.map((item, n) => freezeItem(editionId, 'b', { ...item, id: `q${n}` })))

const right = (item: Item): Choice => (item.kind === 'numeric' ? { value: item.body.key.value, unit: item.body.key.unit } : item.kind === 'matching' ? item.body.key : item.body.key)
const optionsOf = (item: Exclude<Item, { kind: 'numeric' }>) => item.body.options.map((option) => option.id)

/** An answer that the question's form lets through: right, nothing, or anything it offers. */
export function choiceFor(item: Item): fc.Arbitrary<Choice> {
  const any = ((): fc.Arbitrary<Choice> => {
    switch (item.kind) {
      case 'numeric': {
        const { value, tolerance, unit } = item.body.key
        return fc.oneof(fc.constantFrom(value + tolerance, value - tolerance, value + tolerance + 0.01, value - tolerance - 0.01), hundredths(0, 50), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })).map((given) => ({ value: given, unit }))
      }
      case 'ordering':
        return fc.shuffledSubarray(optionsOf(item), { minLength: optionsOf(item).length })
      case 'matching':
        return fc.subarray(item.body.left.map((one) => one.id)).chain((left) => fc.tuple(...left.map((one) => fc.constantFrom(...optionsOf(item)).map((option): [string, string] => [one, option]))))
      case 'single':
        return fc.constantFrom(...optionsOf(item)).map((option) => [option])
      default:
        return fc.shuffledSubarray(optionsOf(item))
    }
  })()
  return fc.oneof({ weight: 1, arbitrary: fc.constant(right(item)) }, { weight: 1, arbitrary: fc.constant<Choice>([]) }, { weight: 6, arbitrary: any })
}

/** A bank, and answers to some of its questions. */
export const sat = frozenBank.chain((items) =>
  fc.tuple(fc.constant(items), fc.tuple(...items.map((item) => fc.option(choiceFor(item), { freq: 6 })))).map(([bank, choices]) => ({
    items: bank,
    choices: bank.flatMap((item, n): [string, Choice][] => (choices[n] ? [[item.id, choices[n]]] : [])),
  })))
