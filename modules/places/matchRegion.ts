import type { Texts } from '#db/schema/index.ts'
import { fold } from '#modules/words/index.ts'

type Named = { code: string; kato: string; names: Texts }

const sorts = /(?:^| )(?:облысы|облыс|каласы|кала|област|обл|город|гор|г|к|region|oblast|city)(?= |$)/gu
const bare = (name: string) => fold(name).replace(sorts, '').trim()

/**
 * The region that a cell means: by its code, its KATO code or its name, with or without «облысы», «область», «г.», in one language or
 * several («Абай облысы / область Абай»); null when none or several could be meant.
 */
export function matchRegion<R extends Named>(regions: readonly R[], text: string): R | null {
  const whole = found(regions, text)
  if (whole.length === 1 || !text.includes('/')) return whole.length === 1 ? whole[0]! : null
  const parts = new Set(text.split('/').flatMap((part) => found(regions, part)))
  return parts.size === 1 ? [...parts][0]! : null
}

function found<R extends Named>(regions: readonly R[], text: string): R[] {
  const folded = fold(text)
  if (folded === '') return []
  const whole = regions.filter(({ code, kato, names }) => code === text.trim().toUpperCase() || kato === text.trim() || Object.values(names).some((name) => fold(name) === folded))
  if (whole.length > 0) return whole
  return regions.filter(({ names }) => bare(text) !== '' && Object.values(names).some((name) => bare(name) === bare(text)))
}
