import type { Sign, TriageAnswer, TriageStep } from './answer.ts'
import type { Findings } from './chart.ts'
import { switchesOf, type Switches } from './classify.ts'
import { compiler, type Node, type Scratch } from './compile.ts'
import { protocolOf, triageEdition } from './protocolEdition.ts'
import type { Condition, Texts } from './shapes.ts'

const ready = new Map<string, (findings: Findings) => TriageAnswer>()

/**
 * Triage in the order A, B, C, C, D: emergency (red), priority (yellow) or queue (green), with the signs that fired and what to do
 * first [WHO ETAT 2005, updated 2016]. Dehydration counts only with diarrhoea; shock needs all three signs. Age in completed months,
 * weight in kg, capillary refill in seconds. Unknown is never no: `missing` names what could still raise the category.
 */
export function triage(findings: Findings, { edition = triageEdition, switches }: { edition?: string | undefined; switches?: Switches | undefined } = {}): TriageAnswer {
  const key = `${edition} ${switches ? JSON.stringify(Object.entries(switches).sort()) : ''}`
  const made = ready.get(key) ?? compileTriage(edition, switchesOf(edition, switches))
  ready.set(key, made)
  return made(findings)
}

type Step = { letter: string; step: string; name: Texts; confidence: TriageStep['confidence']; when: Node }

function compileTriage(edition: string, switches: Readonly<Record<string, string>>): (findings: Findings) => TriageAnswer {
  const protocol = protocolOf(edition)
  const data = protocol.triage
  if (!data) throw new RangeError(`${edition} has no triage`)
  const indexOf = new Map(protocol.findings.map((one, at) => [one.id, at]))
  const child: Scratch = { values: new Float64Array(protocol.findings.length), facts: new Uint8Array(0), rules: new Uint8Array(0) }
  const compile = compiler({
    findings: protocol.findings, indexOf, facts: {}, switches, ruleIndex: new Map(), pinkRulesOf: () => [], ruleAt: () => '', openBoxOf: () => {},
    openNumber: (id, _, out) => void out.add(id),
  })
  const sign = (condition: Condition) => compile(condition)
  const steps = data.emergency.map((one) => ({ ...one, when: compile(one.when), actions: one.actions.map((action) => ({ ...action, when: action.if === undefined ? null : compile(action.if) })) }))
  const priorities = data.priority.map((one) => ({ ...one, when: compile(one.when) }))
  const [wasted, pale, distress] = [sign('severeMalnutrition'), sign('severePallor'), compile({ any: ['respiratoryDistress', 'severeRespiratoryDistress'] })]
  const shockSigns = [sign('coldHands'), compile({ is: 'capillaryRefillSeconds', above: 3 }), sign('weakFastPulse')]
  const at = (id: string) => indexOf.get(id)!

  function fill(findings: Findings) {
    child.values.fill(NaN)
    for (const id in findings) {
      const place = indexOf.get(id)
      const value = findings[id]
      if (place === undefined || value === undefined || value === 'unknown') continue
      const options = protocol.findings[place]!.options
      child.values[place] = typeof value === 'number' ? value : options ? options.findIndex((one) => one.id === value) : value === 'yes' ? 1 : value === 'no' ? 0 : NaN
    }
  }

  function told({ letter, step, name, confidence, when }: Step, findings: Findings): TriageStep {
    const fired: string[] = []
    when.fired(child, fired)
    const signs = fired.map((id): Sign => ({ kind: 'finding', id, name: protocol.findings[at(id)]!.name, ...(findings[id] === undefined ? {} : { value: findings[id] }) }))
    return { letter, step, name, signs, confidence }
  }

  function openOf(nodes: readonly Node[]): string[] {
    const out = new Set<string>()
    for (const node of nodes) if (node.test(child) === 2) node.open(child, out)
    return [...out]
  }

  /** Below 90 % with respiratory distress alone, below 94 % with any other emergency sign; without a measurement the emergency signs decide. */
  function oxygenOf(letters: readonly string[]): TriageAnswer['oxygen'] {
    const { belowWithRespiratoryDistressAlone, belowWithOtherEmergencySign, belowOtherwise, stop, confidence } = data!.oxygen
    const cyanosed = child.values[at('centralCyanosis')] === 1
    const other = cyanosed || letters.some((step) => step !== 'breathing')
    const below = other ? belowWithOtherEmergencySign : letters.includes('breathing') || distress.test(child) === 1 ? belowWithRespiratoryDistressAlone : belowOtherwise
    const measured = child.values[at('oxygenSaturation')]!
    return { give: Number.isNaN(measured) ? (letters.length > 0 ? 'yes' : 'unknown') : measured < below ? 'yes' : 'no', below, stop, confidence }
  }

  function shockOf(inShock: boolean): TriageAnswer['shock'] {
    const { usual, again, severeMalnutrition, texts, confidence } = data!.shock
    const nothing = { ml: null, minutes: null, again: null, againMl: null, confidence }
    if (!inShock) return shockSigns.some((one) => one.test(child) === 1) ? { fluid: 'none', text: texts.someSigns, ...nothing } : null
    const weight = child.values[at('weightKg')]!
    const ml = (perKg: number | [number, number]): [number, number] | null => (weight > 0 ? ([perKg].flat().map((one) => Math.round(one * weight)) as [number, number]) : null)
    if (wasted.test(child) === 1) return { fluid: 'severe-malnutrition', text: texts.severeMalnutrition, ml: ml(severeMalnutrition.mlPerKg), minutes: severeMalnutrition.minutes, again: null, againMl: null, confidence }
    if (pale.test(child) === 1) return { fluid: 'severe-anaemia', text: texts.severeAnaemia, ...nothing }
    return { fluid: 'usual', text: texts.usual, ml: ml(usual.mlPerKg), minutes: usual.minutes, again: texts.again, againMl: weight > 0 ? Math.round((again.mlPerKg as number) * weight) : null, confidence }
  }

  return (findings) => {
    fill(findings)
    const fired = steps.filter(({ when }) => when.test(child) === 1)
    const urgent = priorities.filter(({ when }) => when.test(child) === 1)
    const category = data.categories.find((one) => one.category === (fired.length > 0 ? 'emergency' : urgent.length > 0 ? 'priority' : 'queue'))!
    // An emergency is treated before the rest is looked at; a priority may still turn out an emergency.
    const missing = fired.length > 0 ? [] : openOf([...steps, ...(urgent.length > 0 ? [] : priorities)].map(({ when }) => when))
    const letters = fired.map(({ step }) => step)
    return {
      edition: protocol.id,
      category: category.category,
      name: category.name,
      colour: category.colour,
      corridor: category.corridor,
      action: category.action,
      emergency: fired.map((step) => told(step, findings)),
      priority: urgent.map((step) => told(step, findings)),
      actions: fired.flatMap(({ step, actions }) => actions.flatMap(({ id, text, when }) => {
        const found = when ? when.test(child) : 1
        return found === 0 ? [] : [{ step, action: id, text, ...(found === 2 ? { depends: openOf([when!]) } : {}) }]
      })),
      oxygen: oxygenOf(letters),
      shock: shockOf(letters.includes('circulation')),
      complete: missing.length === 0,
      missing,
      confidence: category.confidence,
    }
  }
}
