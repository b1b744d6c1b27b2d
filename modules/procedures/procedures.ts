import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  audiences, contentFolder, contentNames, type Document, knownTo, procedureTextShape, readDocuments, readYaml, refuseContent,
} from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import { type Locale, locales } from '#modules/words/index.ts'

export const procedureKinds = ['case-management', 'referral', 'mapping', 'agreement', 'training', 'supervision'] as const
/** Whose need a procedure of case management is about. */
export const conditionGroups = ['feeding-and-growth', 'development', 'parental-wellbeing', 'safety'] as const
export const procedureAudiences = [...audiences, 'social-workers', 'trainers'] as const
export const procedureAccess = ['open', 'on-request'] as const

/** What a procedure is called, as its folder is. */
export const procedureSlug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/).max(60)
const version = z.string().regex(/^\d+\.\d+\.\d+$/)
const sentence = z.string().trim().min(1)
const change = z.strictObject({ version, on: z.iso.date(), kk: sentence, ru: sentence, en: sentence })

/** `procedure.yaml`: what is the same in each language. The changes stand newest first, and the first of them is the version that is there. */
export const procedureShape = z.strictObject({
  procedure: procedureSlug, version, kind: z.enum(procedureKinds), group: z.enum(conditionGroups).optional(), audiences: z.array(z.enum(procedureAudiences)).min(1),
  access: z.enum(procedureAccess), minutes: z.int().min(1).max(600), changes: z.array(change).min(1),
})
  .refine((one) => one.changes[0]!.version === one.version, { path: ['changes'], error: 'the newest change is the version' })
  .refine(({ changes }) => changes.every((one, at) => at === 0 || (isNewer(changes[at - 1]!.version, one.version) && changes[at - 1]!.on >= one.on)), { path: ['changes'], error: 'newest first' })
  .refine((one) => (one.kind === 'case-management') === (one.group !== undefined), { path: ['group'], error: 'of case management alone' })

export type ProcedureFacts = z.infer<typeof procedureShape>
type Text = Document<z.infer<typeof procedureTextShape>>

/** A procedure that centres share with others: its facts, and its text in three languages. */
export type Procedure = Omit<ProcedureFacts, 'procedure'> & Text & {
  /** What its parts are called: all that who may not read it yet is told of them. */
  parts: Record<Locale, string[]>
}

/** Whether a semantic version comes after another. */
export function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((each) => each.split('.').map(Number)) as [number[], number[]]
  const at = a.findIndex((number, index) => number !== b[index])
  return at >= 0 && a[at]! > b[at]!
}

/**
 * The procedures of content/procedures, each a folder with `procedure.yaml` and a text in every language. Throws
 * `course.content-invalid` with every file and field that doesn't fit, and where one language says something else.
 */
export function readProcedures(contentDir: string): Procedure[] {
  const names = contentNames(join(contentDir, 'procedures'), '').filter((name) => existsSync(join(contentDir, 'procedures', name, 'procedure.yaml')))
  const problems: Parameters<typeof refuseContent>[0][number][] = []
  const facts = new Map<string, ProcedureFacts>()
  for (const name of names) {
    const file = `procedures/${name}/procedure.yaml`
    const read = readYaml(contentDir, file, procedureShape, problems)
    if (read && read.procedure !== name) problems.push({ file, field: 'procedure', reason: 'field.content.misnamed' })
    if (read) facts.set(name, read)
  }
  const frame = { folder: contentDir, at: (locale: string, name: string) => `procedures/${name}/${locale}.mdx`, guideline: '', known: knownTo(contentDir), same: [] }
  const texts = readDocuments(frame, () => names, procedureTextShape, problems)
  refuseContent(problems)
  return texts.map((text) => {
    const { procedure: _, ...own } = facts.get(text.slug)!
    return { ...own, ...text, parts: Object.fromEntries(locales.map((locale) => [locale, partsOf(text.bodies[locale])])) as Record<Locale, string[]> }
  })
}

const partsOf = (body: string) => [...body.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!.replace(/<\/?Term[^>]*>/g, '').trim())

let kept: Procedure[] | undefined

/** The procedures that are there. Read once per process: a text changes with the program that carries it. */
export const procedures = (): Procedure[] => (kept ??= readProcedures(contentFolder()))

/** One of them; `object.not-found` for another name. */
export const procedureNamed = (name: string): Procedure => found(procedures().find((one) => one.slug === name))
