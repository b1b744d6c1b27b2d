import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AgeGroup, classify, type Findings, readProtocols, type Switches } from '#modules/protocols/index.ts'
import { fieldsOf, rulesOf } from './children.ts'

// Each failure prints the seed that made it: give it back as `{ seed }`.

type Child = Record<string, string | number>
type Field = ReturnType<typeof fieldsOf>[number]

/** Never taken away: the chart says “if measured” (or “if known”) of them, or they are computed from others (a table test of its own). */
const optional = new Set(['weightForHeightZ', 'weightForAgeZ', 'oxygenSaturation', 'muacMm', 'haemoglobin', 'motherHivTest', 'childVirologicalTest', 'childSerologicalTest', 'serologyAgeMonths', 'breastfedAtTest', 'sex', 'weightKg', 'lengthCm', 'heightCm'])
/** Numbers are drawn around the limits of the charts. */
const limits: Record<string, number[]> = {
  breathsPerMinute: [39, 40, 49, 50], breathsAfterTrial: [39, 40, 49, 50], breathsFirstCount: [59, 60], breathsSecondCount: [59, 60], oxygenSaturation: [89, 90], temperatureC: [35.4, 35.5, 36.8, 37.4, 37.5, 37.9, 38, 38.5],
  diarrhoeaDays: [3, 13, 14], earDischargeDays: [3, 13, 14], weightForHeightZ: [-3.1, -3, -2.1, -2, 0], weightForAgeZ: [-2.1, -2, 0], muacMm: [114, 115, 124, 125], haemoglobin: [6.9, 7, 10.9, 11], feedsPer24Hours: [7, 8], serologyAgeMonths: [17, 18], weightKg: [1.9, 2, 3.5, 8], coughDays: [3, 15], feverDays: [3, 8],
}
const valuesOf = (field: Field): (string | number)[] =>
  field.kind === 'yes-no' ? ['yes', 'no'] : field.kind === 'choice' ? field.options!.map((one) => one.id) : (limits[field.id] ?? [field.range![0]])
const drawn = (group: AgeGroup) => fieldsOf(group).filter((one) => !['ageMonths', 'ageDays', 'lengthCm', 'heightCm', 'sex'].includes(one.id) && (group === 'young-infant' || one.id !== 'weightKg'))

/** A child every question of which is answered. */
const assessed = (group: AgeGroup): fc.Arbitrary<Child> =>
  fc.record<Child>({
    ...Object.fromEntries(drawn(group).map((field) => [field.id, field.kind === 'yes-no' ? fc.oneof({ weight: 3, arbitrary: fc.constant('no') }, { weight: 1, arbitrary: fc.constant('yes') }) : fc.constantFrom(...valuesOf(field))])),
    ...(group === 'child' ? { ageMonths: fc.constantFrom(2, 5, 6, 11, 12, 23, 24, 59) } : { ageDays: fc.constantFrom(0, 6, 7, 14, 15, 21, 22, 59) }),
  } as { [K in string]: fc.Arbitrary<string | number> }).map((child) => ({ ...child }))

/** The same child with some answers not there. */
const partly = (group: AgeGroup): fc.Arbitrary<[whole: Child, part: Child]> =>
  assessed(group).chain((whole) => fc.subarray(Object.keys(whole).filter((id) => !optional.has(id) && !id.startsWith('age'))).map((gone): [Child, Child] => [whole, Object.fromEntries(Object.entries(whole).filter(([id]) => !gone.includes(id)))]))

const harmless: Child = { temperatureC: 36.8, breathsPerMinute: 39, breathsAfterTrial: 39, feedingWell: 'well', movement: 'own', breastfed: 'yes', wellAttached: 'yes', sucklesEffectively: 'yes', feedsPer24Hours: 8, weightKg: 3.5 }
/** What else must be so for a finding to matter: lethargy that may be dehydration, a wheeze that may get better, fever with travel, fast breathing twice. */
const stories: Child[] = [
  {},
  { lethargicOrUnconscious: 'yes', diarrhoea: 'yes', sunkenEyes: 'yes', skinPinch: 'very-slow', drinking: 'poorly' },
  { coughOrDifficultBreathing: 'yes', chestIndrawing: 'yes', wheeze: 'yes', bronchodilatorTrial: 'yes', chestIndrawingAfterTrial: 'no' },
  { coughOrDifficultBreathing: 'yes', breathsPerMinute: 50, wheeze: 'yes', bronchodilatorTrial: 'yes' },
  { fever: 'yes', travelToMalariousCountry: 'yes', malariaTest: 'positive', measlesRash: 'yes', redEyes: 'yes' },
  { earProblem: 'yes', earPusSeen: 'yes', diarrhoea: 'yes', diarrhoeaDays: 14, sunkenEyes: 'yes' },
  { breathsFirstCount: 60, breathsSecondCount: 60, jaundice: 'yes', diarrhoea: 'yes', sunkenEyes: 'yes' },
]

const charts: [AgeGroup, string][] = [['child', 'who-imci-2014'], ['young-infant', 'who-imci-2014'], ['young-infant', 'who-young-infant-2019']]
const severity = { pink: 2, yellow: 1, green: 0 }
const said = (findings: Findings, edition: string, switches?: Switches) => {
  const answer = classify(findings, { edition, switches })
  return JSON.stringify([answer.classifications.map((one) => one.rule), answer.incomplete.map((one) => [one.box, one.possible])])
}

describe.each(charts)('%s by %s', (group, edition) => {
  test('the order of findings does not matter', () => {
    fc.assert(fc.property(partly(group).chain(([, part]) => fc.tuple(fc.constant(part), fc.shuffledSubarray(Object.keys(part), { minLength: Object.keys(part).length }))), ([part, order]) => {
      expect(classify(Object.fromEntries(order.map((id) => [id, part[id]!])), { edition })).toEqual(classify(part, { edition }))
    }), { numRuns: 300 })
  })

  test('a fully assessed child has every box decided', () => {
    fc.assert(fc.property(assessed(group), (findings) => {
      expect(classify(findings, { edition })).toMatchObject({ complete: true, missing: [], overall: { certain: true } })
    }), { numRuns: 500 })
  })

  test('what is said while something is unknown stays true whatever the answers are', () => {
    fc.assert(fc.property(partly(group), ([whole, part]) => {
      const [known, all] = [classify(part, { edition }), classify(whole, { edition })]
      const rules = all.classifications.map((one) => one.rule)
      for (const { rule } of known.classifications) expect(rules).toContain(rule)
      for (const { box, possible } of known.incomplete) {
        const found = all.classifications.find((one) => one.box === box)
        if (found) expect(possible).toContain(found.rule)
      }
      if (known.overall.certain) expect(known.overall.colour).toBe(all.overall.colour)
    }), { numRuns: 1000 })
  })

  test('answering everything that is missing decides every box', () => {
    fc.assert(fc.property(partly(group), ([whole, part]) => {
      const { missing } = classify(part, { edition })
      expect(classify({ ...part, ...Object.fromEntries(missing.map((id) => [id, whole[id]])) }, { edition }).complete).toBe(true)
    }), { numRuns: 1000 })
  })

  test('each missing finding could change the outcome, and nothing else could', () => {
    fc.assert(fc.property(partly(group), fc.infiniteStream(fc.nat()), ([whole, part], stream) => {
      const { missing } = classify(part, { edition })
      const fields = drawn(group)
      const next = () => stream.next().value!
      // Most outcomes need everything else to be well, so a completion is one of these stories with a few answers changed at random.
      const completion = (ids: readonly string[], attempt: number) => {
        const story = { ...harmless, ...stories[attempt % stories.length] }
        return Object.fromEntries(ids.map((id) => {
          const values = valuesOf(fields.find((one) => one.id === id)!)
          return [id, next() % 100 < 12 ? values[next() % values.length]! : (story[id] ?? (values.includes('no') ? 'no' : values[0]!))]
        }))
      }
      for (const id of missing) {
        const values = valuesOf(fields.find((one) => one.id === id)!)
        const changes = (others: Child) => new Set(values.map((value) => said({ ...part, ...others, [id]: value }, edition))).size > 1
        let found = changes({})
        for (let attempt = 0; attempt < 3000 && !found; attempt++) found = changes(completion(missing.filter((one) => one !== id), attempt))
        expect([id, found]).toEqual([id, true])
      }
      // What is not named changes nothing, once what is named has been answered.
      const answered = { ...part, ...Object.fromEntries(missing.map((id) => [id, whole[id]!])) }
      expect(said(answered, edition)).toBe(said(whole, edition))
    }), { numRuns: 80 })
  })

  test('a more severe sign never gives a milder overall colour', () => {
    fc.assert(fc.property(assessed(group), fc.constantFrom(...worse[group]), (findings, [id, steps]) => {
      const from = steps.indexOf(findings[id]!)
      fc.pre(from >= 0 && from < steps.length - 1)
      const [before, after] = [findings, { ...findings, [id]: steps[from + 1]! }].map((one) => classify(one, { edition }))
      // The one exception is the guideline's own: lethargy of a dehydrated child waits until the child is rehydrated, and the answer says so.
      const waits = after!.classifications.some((one) => one.treatments.some(({ treatment }) => treatment === 'rehydrate-and-reassess'))
      if (!waits) expect(severity[after!.overall.colour]).toBeGreaterThanOrEqual(severity[before!.overall.colour])
      else expect(after!.overall.colour).not.toBe('green')
    }), { numRuns: 6000 })
  })
})

const yes = (...ids: string[]): [string, (string | number)[]][] => ids.map((id) => [id, ['no', 'yes']])
/** From mild to severe, sign by sign. */
const worse: Record<AgeGroup, [string, (string | number)[]][]> = {
  child: [
    ...yes('notAbleToDrink', 'vomitsEverything', 'convulsions', 'lethargicOrUnconscious', 'convulsingNow', 'coughOrDifficultBreathing', 'chestIndrawing', 'stridor', 'chestIndrawingAfterTrial', 'diarrhoea', 'bloodInStool', 'restlessIrritable', 'sunkenEyes', 'fever', 'stiffNeck', 'measlesRash', 'measlesInLast3Months', 'corneaClouded', 'eyePus', 'earProblem', 'earPain', 'earPusSeen', 'swellingBehindEar', 'oedemaBothFeet'),
    ['drinking', ['normally', 'eagerly', 'poorly']], ['skinPinch', ['at-once', 'slow', 'very-slow']], ['mouthUlcers', ['none', 'shallow', 'deep']], ['palmarPallor', ['none', 'some', 'severe']], ['breastfeedingProblem', ['no', 'yes']],
    ['breathsPerMinute', [39, 40, 49, 50]], ['breathsAfterTrial', [39, 40, 49, 50]], ['oxygenSaturation', [90, 89]], ['diarrhoeaDays', [3, 13, 14]], ['weightForHeightZ', [0, -2, -2.1, -3, -3.1]], ['muacMm', [125, 124, 115, 114]], ['haemoglobin', [11, 10.9, 7, 6.9]], ['temperatureC', [36.8, 37.4, 37.5, 37.9, 38, 38.5]],
  ],
  'young-infant': [
    ...yes('convulsions', 'severeChestIndrawing', 'umbilicusRedOrPus', 'skinPustules', 'jaundice', 'jaundiceInFirst24Hours', 'yellowPalmsOrSoles', 'diarrhoea', 'restlessIrritable', 'sunkenEyes', 'thrush', 'otherFoodsOrDrinks'),
    ['wellAttached', ['yes', 'no']], ['sucklesEffectively', ['yes', 'no']], ['feedingWell', ['well', 'not-well', 'not-at-all']], ['movement', ['own', 'when-stimulated', 'none']], ['skinPinch', ['at-once', 'slow', 'very-slow']],
    ['breathsFirstCount', [59, 60]], ['breathsSecondCount', [59, 60]], ['temperatureC', [36.8, 37.4, 37.5, 37.9, 38, 38.5]], ['temperatureC', [36.8, 35.5, 35.4]], ['feedsPer24Hours', [8, 7]], ['weightForAgeZ', [0, -2, -2.1]], ['weightKg', [3.5, 2, 1.9]],
  ],
}

test('every rule of every edition is reached by some child', () => {
  const switched: Switches[] = [{}, { rutf: 'on', malariaBox: 'on', hivBox: 'on' }]
  const settings = charts.flatMap(([group, edition]) => switched.map((switches) => ({ group, edition, switches })))
  const reached = new Set<string>()
  for (const { group, edition, switches } of settings) {
    for (const findings of fc.sample(assessed(group), { numRuns: 4000, seed: 7 })) for (const rule of rulesOf(findings, edition, switches)) reached.add(`${edition} ${rule}`)
  }
  const all = Object.values(readProtocols().editions).flatMap((one) => Object.values(one.charts).flatMap((chart) => chart.boxes.flatMap((box) => box.rules.map(({ rule }) => `${one.id} ${rule}`))))
  expect(all.filter((rule) => !reached.has(rule))).toEqual([])
  expect(all.length).toBe(32 + 14 + 17)
})

describe('the booklets of 2014 and 2019 differ only where the later one says so', () => {
  const outcome = (findings: Child, edition: string) =>
    classify(findings, { edition }).classifications.filter(({ rule }) => rule !== 'YI-HIV-4').map(({ rule, colour, followUp, treatments, signs }) => ({ rule, colour, followUp, signs, treatments: treatments.map(({ treatment }) => treatment.replace(/-2019$/, '')) }))

  test('without its reasons they agree', () => {
    fc.assert(fc.property(assessed('young-infant'), (findings) => {
      fc.pre(!((findings['breathsFirstCount'] as number) >= 60 && (findings['breathsSecondCount'] as number) >= 60))
      fc.pre(!((findings['temperatureC'] as number) >= 37.5 && (findings['temperatureC'] as number) < 38))
      fc.pre(!((findings['weightKg'] as number) < 2 && (findings['ageDays'] as number) < 7))
      fc.pre(!(findings['jaundice'] === 'yes' && (findings['ageDays'] as number) > 14 && (findings['ageDays'] as number) <= 21))
      expect(outcome(findings, 'who-imci-2014')).toEqual(outcome(findings, 'who-young-infant-2019'))
    }), { numRuns: 3000 })
  })

  test('what the later edition writes is exactly this', () => {
    const { editions } = readProtocols()
    const [older, later] = [editions['who-imci-2014']!.charts['young-infant']!, editions['who-young-infant-2019']!.charts['young-infant']!]
    const rules = (chart: typeof older) => new Map(chart.boxes.flatMap((box) => box.rules.map((rule) => [rule.rule, JSON.stringify(rule)])))
    const [before, after] = [rules(older), rules(later)]
    expect([...after].filter(([rule, text]) => before.get(rule) !== text).map(([rule]) => rule)).toEqual(['YI-1', 'YI-2', 'YI-3', 'JAU-2', 'YI-HIV-4', 'FEED-0'])
    expect([...before.keys()].filter((rule) => !after.has(rule))).toEqual([])
    expect(Object.keys(later.facts).filter((fact) => JSON.stringify(later.facts[fact]) !== JSON.stringify(older.facts[fact]))).toEqual(['seriousFastBreathing', 'tooHot'])
  })
})
