import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import type { ContentProblem } from './checkCourse.ts'

// How files of content/ are read: what doesn't fit is noted with its file and field, and reading goes on.

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** File names in a folder, sorted, that end so. A folder that isn't there is empty. */
export function list(folder: string, extension: string) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(extension) && !name.startsWith('.')).sort() : []
}

/** `named` is the field that must repeat the file's name. */
export function readYaml<Shape extends z.ZodType>(folder: string, file: string, shape: Shape, problems: ContentProblem[], named?: string) {
  const value = parseYaml(readFileSync(join(folder, file), 'utf8'), file, problems)
  if (named && (value as Record<string, unknown> | null)?.[named] !== basename(file, '.yaml')) problems.push({ file, field: named, reason: 'field.content.misnamed' })
  return fit(value, shape, file, problems)
}

export function parseYaml(text: string, file: string, problems: ContentProblem[]): unknown {
  try {
    return parse(text, { uniqueKeys: true, strict: true })
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line
    problems.push({ file, field: line ? `line ${line}` : 'file', reason: 'field.content.unreadable' })
    return undefined
  }
}

export function fit<Shape extends z.ZodType>(value: unknown, shape: Shape, file: string, problems: ContentProblem[]): z.infer<Shape> | null {
  if (value === undefined) return null
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) problems.push({ file, field: fieldOf(value, issue), reason: `field.${issue.code}` })
  return null
}

/** The path to a field, with an item's own id in place of its number. */
function fieldOf(value: unknown, issue: z.core.$ZodIssue): string {
  let at = value
  const path = issue.path.map((step) => {
    at = (at as Record<PropertyKey, unknown> | undefined)?.[step]
    const id = typeof step === 'number' ? (at as { id?: unknown } | null | undefined)?.id : undefined
    return typeof id === 'string' ? id : String(step)
  })
  return [...path, ...(issue.code === 'unrecognized_keys' ? [issue.keys.join(', ')] : [])].join('.') || 'file'
}

const fence = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?/

/**
 * An MDX file: its front matter in the given shape, the text below it as written and the line on which that begins. Nothing,
 * and a problem noted, when the file is not there or its front matter can't be read.
 */
export function readText<Shape extends z.ZodType>(folder: string, file: string, shape: Shape, problems: ContentProblem[]) {
  if (!existsSync(join(folder, file))) return void problems.push({ file, field: 'file', reason: 'field.content.missing-file' })
  const text = readFileSync(join(folder, file), 'utf8').normalize('NFC')
  const top = text.match(fence)
  if (!top) return void problems.push({ file, field: 'file', reason: 'field.content.unreadable' })
  const front = fit(parseYaml(top[1]!, file, problems), shape, file, problems)
  return front ? { front, text, body: text.slice(top[0].length), firstLine: top[0].split('\n').length } : undefined
}
