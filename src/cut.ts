import { countCertificatesInput, type Cut, cutInput, type Dimension, dimensions } from '#modules/counts/index.ts'

export type Asked = {
  cut: Cut
  by: Dimension[]
  /** Names of parameters that didn't fit and were left out. */
  wrong: string[]
}

/**
 * The cut and grouping that an address asks for: `by` (up to three), `from`, `to`, `asOf`, and any dimension as a filter, but for those
 * that the page reads in its own way. An address is typed, kept and shared by people, so what doesn't fit is left out and told, not refused.
 */
export function readCut(params: URLSearchParams, own: readonly Dimension[] = []): Asked {
  const wrong: string[] = []
  const keep = <Value>(name: string, parsed: { success: true; data: Value } | { success: false }): Value | undefined => {
    if (parsed.success) return parsed.data
    wrong.push(name)
    return undefined
  }
  const asked = (name: string) => params.get(name)?.trim() || undefined
  const cut: Cut = { where: {} }
  for (const name of ['from', 'to', 'asOf'] as const) {
    const value = asked(name)
    if (value !== undefined) cut[name] = keep(name, cutInput.shape[name].safeParse(value))
  }
  if (cut.from && cut.to && cut.to < cut.from) {
    wrong.push('to')
    delete cut.to
  }
  for (const name of dimensions) {
    if (own.includes(name)) continue
    const value = asked(name)
    if (value !== undefined) Object.assign(cut.where, keep(name, cutInput.shape.where.safeParse({ [name]: value })))
  }
  const by = [...new Set(params.getAll('by').flatMap((one) => one.split(',')).map((one) => one.trim()).filter(Boolean))]
  return { cut, by: by.length === 0 ? [] : (keep('by', countCertificatesInput.shape.by.safeParse(by)) ?? []), wrong }
}

/** The address of a cut: what `readCut` reads, without a question mark. */
export function writeCut({ from, to, asOf, where }: Cut, by: readonly Dimension[] = [], more: Record<string, string | undefined> = {}): string {
  const params = new URLSearchParams()
  if (by.length > 0) params.set('by', by.join(','))
  for (const [name, value] of Object.entries({ from, to, asOf, ...where, ...more })) if (value !== undefined && value !== '') params.set(name, value)
  return params.toString().replaceAll('%2C', ',')
}
