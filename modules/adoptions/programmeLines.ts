import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import type { ProgrammeLine } from './mapping.ts'
import { programmeLine } from './programme.ts'
import { changeProgramme } from './saveProgramme.ts'

const seen = z.string().regex(/^[0-9a-f]{64}$/)
/** The place of a line, from 1. */
const place = z.coerce.number().int().min(1).max(60)

/** `programme.unreadable` without a programme: its head comes first. */
const needed = <One>(programme: One | null): One => found(programme)

export const saveLineInput = z.intersection(z.object({ adoptionId: z.uuid(), seen, place: place.optional() }), programmeLine)

/** Changes the line at a place of the programme, or adds one at the end. Refuses what `saveProgramme` refuses. */
export const saveLine = (db: Db, actor: Actor, { adoptionId, seen: known, place: at, ...line }: z.infer<typeof saveLineInput>) =>
  changeProgramme(db, actor, adoptionId, known, (now) => {
    const programme = needed(now)
    if (at !== undefined) found(programme.lines[at - 1])
    return { ...programme, lines: at === undefined ? [...programme.lines, line] : programme.lines.with(at - 1, line) }
  })

export const removeLineInput = z.object({ adoptionId: z.uuid(), seen, place })

/** Takes a line out of the programme. */
export const removeLine = (db: Db, actor: Actor, { adoptionId, seen: known, place: at }: z.infer<typeof removeLineInput>) =>
  changeProgramme(db, actor, adoptionId, known, (now) => {
    const programme = needed(now)
    found(programme.lines[at - 1])
    return { ...programme, lines: programme.lines.toSpliced(at - 1, 1) }
  })

export const moveLineInput = z.object({ adoptionId: z.uuid(), seen, place, by: z.enum(['up', 'down']) })

/** Moves a line one place up or down; at the end it stays. */
export const moveLine = (db: Db, actor: Actor, { adoptionId, seen: known, place: at, by }: z.infer<typeof moveLineInput>) =>
  changeProgramme(db, actor, adoptionId, known, (now) => {
    const programme = needed(now)
    const line = found(programme.lines[at - 1])
    const to = Math.min(Math.max(at - 1 + (by === 'up' ? -1 : 1), 0), programme.lines.length - 1)
    return { ...programme, lines: programme.lines.toSpliced(at - 1, 1).toSpliced(to, 0, line) }
  })

export const pasteLinesInput = z.object({ adoptionId: z.uuid(), seen, text: z.string().min(1, { error: 'field.required' }).max(40_000, { error: 'field.too_big' }) })

/** Adds lines copied from a table of a text or spreadsheet: see `readLines`. */
export const pasteLines = (db: Db, actor: Actor, { adoptionId, seen: known, text }: z.infer<typeof pasteLinesInput>) =>
  changeProgramme(db, actor, adoptionId, known, (now) => {
    const programme = needed(now)
    return { ...programme, lines: [...programme.lines, ...readLines(text)] }
  })

/**
 * The lines of a table as it is copied from Word or Excel: title, hours of theory, hours of practice, parted by tabs or semicolons; a
 * number before the title is left out, and so is a heading without hours. Pure. Refuses `programme.unreadable` {line} with the number of the first line that is none.
 */
export function readLines(text: string): ProgrammeLine[] {
  const lines: ProgrammeLine[] = []
  for (const [at, row] of text.split(/\r\n?|\n/).entries()) {
    if (row.trim() === '') continue
    const cells = row.split(row.includes('\t') ? '\t' : ';').map((cell) => cell.trim())
    while (cells.length > 3 && /^\d*[.)]?$/.test(cells[0]!)) cells.shift()
    const [title = '', theory = '', practice = ''] = cells
    // The heading of a table names its columns where lines have hours.
    if (lines.length === 0 && at === 0 && [theory, practice].every((cell) => cell !== '' && !/\d/.test(cell))) continue
    const parsed = programmeLine.safeParse({ title, theoryHours: theory || '0', practiceHours: practice || '0' })
    if (cells.length < 2 || !parsed.success) throw new Refusal('programme.unreadable', { line: at + 1 })
    lines.push(parsed.data)
  }
  return lines
}
