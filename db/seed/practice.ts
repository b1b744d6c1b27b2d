import { createHash } from 'node:crypto'
import type { logbook } from '#db/schema/index.ts'
import { type CaseAge, caseWordsOf } from '#modules/assessment/index.ts'

type Seen = Pick<typeof logbook.$inferSelect, 'edition' | 'signs' | 'classifications' | 'visit'> & { ageGroup: CaseAge; setting: (typeof settings)[number] | 'home' }

/** What children come with, as the charts would classify it: signs beside the classification. */
const illnesses = {
  child: [
    { signs: ['coughOrDifficultBreathing'], classifications: ['RESP-3'] },
    { signs: ['coughOrDifficultBreathing', 'chestIndrawing'], classifications: ['RESP-2'] },
    { signs: ['diarrhoea', 'restlessIrritable', 'sunkenEyes'], classifications: ['DEH-2'] },
    { signs: ['diarrhoea'], classifications: ['DEH-3'] },
    { signs: ['fever', 'runnyNose'], classifications: ['FEV-3'] },
    { signs: ['earProblem', 'earPain'], classifications: ['EAR-2'] },
    { signs: ['palmarPallor.some'], classifications: ['ANA-2'] },
  ],
  'young-infant': [
    { signs: ['umbilicusRedOrPus'], classifications: ['YI-3'] },
    { signs: ['jaundice'], classifications: ['JAU-2'] },
  ],
} as const
/** A newborn once, and mostly the visits of the pattern. */
const homeVisits = ['routine', 'newborn', 'routine', 'unscheduled'] as const
const settings = ['outpatient', 'outpatient', 'outpatient', 'inpatient'] as const

/** A case of a day, the same whenever the demonstration is seeded; the day's first is a young infant. */
export function practiceCase(guidelines: readonly string[], personId: string, date: string, index: number): Seen {
  const turn = createHash('sha256').update(`${personId} ${date} ${index}`).digest()
  const ageGroup = index === 0 ? 'young-infant' : 'child'
  const { kind, [ageGroup]: words } = caseWordsOf(guidelines)
  if (kind === 'home') {
    // A family is visited: one thing is seen, and one level of service follows.
    const [signs, rules] = [words.boxes.flatMap((box) => box.signs), words.boxes.flatMap((box) => box.rules)]
    const pick = (list: readonly { id: string }[], at: number) => (list.length === 0 ? [] : [list[turn[at]! % list.length]!.id])
    return { ageGroup: 'child', setting: 'home', visit: homeVisits[turn[1]! % homeVisits.length]!, edition: words.edition, signs: pick(signs, 2), classifications: pick(rules, 3) }
  }
  const known = new Set(words.boxes.flatMap((box) => [...box.signs, ...box.rules].map(({ id }) => id)))
  const illness = illnesses[ageGroup][turn[0]! % illnesses[ageGroup].length]!
  return {
    ageGroup, setting: settings[turn[1]! % settings.length]!, visit: null, edition: words.edition,
    signs: illness.signs.filter((id) => known.has(id)), classifications: illness.classifications.filter((id) => known.has(id)),
  }
}
