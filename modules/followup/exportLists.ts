import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, dayCell, tableFile, type TableFile, tableFormats } from '#modules/table.ts'
import { fullName, type Key, type Locale, locales, t } from '#modules/words/index.ts'
import { supervisionForm } from './forms.ts'
import { listSuggestions, listSuggestionsInput } from './suggestions.ts'
import { allSupervisions } from './supervisions.ts'
import { listFollowups, listFollowupsInput } from './visits.ts'

const page = 200
const most = 100
const file = { locale: z.enum(locales), format: z.enum(tableFormats) }

export const exportFollowupsInput = listFollowupsInput.omit({ limit: true, cursor: true }).extend(file)
export const exportSuggestionsInput = listSuggestionsInput.omit({ limit: true, cursor: true }).extend(file)
export const exportSupervisionsInput = z.object(file)

const day = (value: string | null): Cell => value && dayCell(value)

/** All pages of a list, 20 000 lines at most. */
async function whole<Item>(list: (cursor: number) => Promise<{ items: Item[]; cursor: number | null }>): Promise<Item[]> {
  const all: Item[] = []
  for (let turn = 0, cursor: number | null = 0; cursor !== null && turn < most; turn++) {
    const { items, cursor: next }: { items: Item[]; cursor: number | null } = await list(cursor)
    all.push(...items)
    cursor = next
  }
  return all
}

type Sheet = { list: string; title: Key; header: Key[]; body: Cell[][] }

/** A list as a file, told by the ledger with its number of rows and the SHA-256 of its bytes. */
async function asFile(
  tx: Db,
  actor: Actor,
  { locale, format }: { locale: Locale; format: (typeof tableFormats)[number] },
  sheet: Sheet,
): Promise<TableFile> {
  const made = await tableFile(format, `besik-${sheet.list}`, {
    name: t(locale, sheet.title),
    rows: [sheet.header.map((key) => t(locale, key)), ...sheet.body],
  })
  await record(tx, actor, 'list.exported', { list: sheet.list, rows: made.rows, digest: made.digest })
  return made
}

const permitStaff = (actor: Actor) => permit(centresOf(actor, 'coordinator', 'trainer').length > 0)

/** The follow-up visits of the actor's centres as a file, filtered and sorted as on the page. Recorded as `list.exported`. */
export function exportFollowups(db: Db, actor: Actor, { locale, format, ...filter }: z.infer<typeof exportFollowupsInput>): Promise<TableFile> {
  return transact(db, async (tx) => {
    permitStaff(actor)

    const items = await whole((cursor) => listFollowups(tx, actor, { ...filter, limit: page, cursor }))
    const body = items.map((one): Cell[] => [
      one.name,
      one.facility?.[locale] ?? null,
      one.course[locale],
      day(one.startsOn),
      day(one.dueFrom),
      day(one.dueUntil),
      t(locale, `followup.state.${one.state}`),
      one.supervisor,
      day(one.visitedOn),
      one.agreed === null ? null : t(locale, one.agreed ? 'followup.agreed' : 'followup.not-agreed'),
      one.cancelled,
    ])
    return asFile(
      tx,
      actor,
      { locale, format },
      {
        list: 'follow-up',
        title: 'followup.title',
        body,
        header: [
          'followup.person',
          'followup.facility',
          'followup.course',
          'followup.course.from',
          'followup.due.from',
          'followup.due.until',
          'followup.state',
          'followup.supervisor',
          'followup.visited',
          'followup.agreement',
          'followup.cancelled.why',
        ],
      },
    )
  })
}

/** Suggestions and complaints of the actor's centres as a file. Recorded as `list.exported`. */
export function exportSuggestions(db: Db, actor: Actor, { locale, format, ...filter }: z.infer<typeof exportSuggestionsInput>): Promise<TableFile> {
  return transact(db, async (tx) => {
    permitStaff(actor)

    const items = await whole((cursor) => listSuggestions(tx, actor, { ...filter, limit: page, cursor }))
    const body = items.map((one): Cell[] => [
      day(one.createdOn),
      t(locale, `suggestion.source.${one.source}`),
      one.text,
      one.course?.[locale] ?? null,
      day(one.startsOn),
      t(locale, `suggestion.state.${one.state}`),
      one.owner,
      day(one.dueOn),
      day(one.endedOn),
      one.outcome,
    ])
    return asFile(
      tx,
      actor,
      { locale, format },
      {
        list: 'suggestions',
        title: 'suggestion.title',
        body,
        header: [
          'suggestion.made',
          'suggestion.source',
          'suggestion.text',
          'followup.course',
          'followup.course.from',
          'suggestion.state',
          'suggestion.owner',
          'suggestion.due',
          'suggestion.ended',
          'suggestion.outcome',
        ],
      },
    )
  })
}

/** The supervision log of the actor's centres as a file, a line for each visit. Recorded as `list.exported`. */
export function exportSupervisions(db: Db, actor: Actor, { locale, format }: z.infer<typeof exportSupervisionsInput>): Promise<TableFile> {
  return transact(db, async (tx) => {
    permitStaff(actor)

    const visits = await allSupervisions(tx, actor)
    const form = supervisionForm()
    const body = visits.map(({ visit, facility, person }): Cell[] => [
      day(visit.visitedOn),
      facility.names[locale],
      fullName(person),
      Object.values(visit.checklist).filter(Boolean).length,
      form.checklist
        .filter(({ id }) => visit.checklist[id] === false)
        .map(({ text }) => text[locale])
        .join('; '),
      visit.cases,
      visit.agreed,
      day(visit.nextOn),
      form.burnout
        .filter(({ id }) => visit.burnout.includes(id))
        .map(({ text }) => text[locale])
        .join('; '),
      visit.otherDuties,
    ])
    return asFile(
      tx,
      actor,
      { locale, format },
      {
        list: 'supervision',
        title: 'supervision.title',
        body,
        header: [
          'supervision.visited',
          'followup.facility',
          'followup.supervisor',
          'supervision.met',
          'supervision.not-met',
          'supervision.cases',
          'supervision.agreed',
          'supervision.next',
          'supervision.burnout',
          'supervision.other-duties',
        ],
      },
    )
  })
}
