import { courseQualityInput } from '#modules/quality/index.ts'

const shape = courseQualityInput.omit({ course: true })
export type AskedQuality = { from?: string; to?: string; region?: string }

/** The days and the region that an address asks for. An address is typed and shared by people: what doesn't fit is left out. */
export function askedQuality(params: URLSearchParams): AskedQuality {
  const asked: AskedQuality = {}
  for (const name of ['from', 'to', 'region'] as const) {
    const read = shape.shape[name].safeParse(params.get(name) || undefined)
    if (read.success && read.data !== undefined) asked[name] = read.data
  }
  if (asked.from && asked.to && asked.to < asked.from) delete asked.to
  return asked
}

/** The address of what was asked, with its question mark. */
export const writeQuality = (asked: AskedQuality): string => {
  const text = new URLSearchParams(asked as Record<string, string>).toString()
  return text && `?${text}`
}
