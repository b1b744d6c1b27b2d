import { type RevealsAsked, revealsInput } from '#modules/trail/index.ts'

const names = ['from', 'to', 'field', 'purpose', 'by', 'subject', 'serial'] as const

/** Which looks at personal data an address asks for; what doesn't fit is left out and named. */
export function readReveals(params: URLSearchParams): { asked: RevealsAsked; wrong: string[] } {
  const wrong: string[] = []
  const asked: Record<string, unknown> = {}
  for (const name of names) {
    const typed = params.get(name)?.trim()
    if (!typed) continue
    const parsed = revealsInput.shape[name].safeParse(name === 'serial' ? typed.toUpperCase() : typed)
    if (parsed.success) asked[name] = parsed.data
    else wrong.push(name)
  }
  return { asked: asked as RevealsAsked, wrong }
}
