import { classify, type Classification, type Findings, findingsOf, type Switches } from '#modules/protocols/index.ts'

export type AgeGroup = 'child' | 'young-infant'

/** What a box finds nothing in: every question answered, and every answer the harmless one. */
const harmless: Record<string, string | number> = {
  drinking: 'normally', skinPinch: 'at-once', mouthUlcers: 'none', breastfeedingProblem: 'no', palmarPallor: 'none',
  feedingWell: 'well', movement: 'own', breastfed: 'yes', wellAttached: 'yes', sucklesEffectively: 'yes', feedsPer24Hours: 10,
  breathsPerMinute: 30, breathsFirstCount: 40, diarrhoeaDays: 3, earDischargeDays: 3, weightForHeightZ: 0, weightForAgeZ: 0,
}
const left = new Set(['ageMonths', 'ageDays', 'sex', 'weightKg', 'lengthCm', 'heightCm', 'oxygenSaturation', 'muacMm', 'haemoglobin', 'appetiteTest', 'malariaTest', 'motherHivTest', 'childVirologicalTest', 'childSerologicalTest', 'serologyAgeMonths', 'breastfedAtTest', 'breathsSecondCount', 'breathsAfterTrial', 'chestIndrawingAfterTrial', 'coughDays', 'feverDays'])

export const fieldsOf = (group: AgeGroup) => findingsOf('who-imci-2014', group).flatMap((one) => one.findings)

/** A fully assessed, well child of that age group, with what is told of it. */
export function aChild(group: AgeGroup, told: Findings): Findings {
  const well: Record<string, string | number> = {}
  for (const { id, kind } of fieldsOf(group)) {
    if (id in harmless) well[id] = harmless[id]!
    else if (!left.has(id) && kind === 'yes-no') well[id] = 'no'
    else if (id === 'temperatureC') well[id] = 36.8
  }
  if ('lengthCm' in told || 'heightCm' in told) delete well['weightForHeightZ']
  return { ...well, ...told }
}

export const child = (told: Findings) => aChild('child', told)
export const youngInfant = (told: Findings) => aChild('young-infant', told)

/** Rule ids of what a child is classified as. */
export const rulesOf = (findings: Findings, edition?: string, switches?: Switches) => classify(findings, { edition, switches }).classifications.map(({ rule }) => rule)

/** The classification of one box. */
export function inBox(findings: Findings, box: string, edition?: string, switches?: Switches): Classification | undefined {
  return classify(findings, { edition, switches }).classifications.find((one) => one.box === box)
}
