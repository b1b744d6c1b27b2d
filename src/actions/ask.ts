import { ActionError, defineAction, type ActionAPIContext } from 'astro:actions'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { SecondFactorNeeded } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { type Key, type Locale, t } from '#modules/words/index.ts'
import { parse } from '#src/parse.ts'
import { statusOf } from '#src/status.ts'

/** Where an answered form leads: the next page and what to say there. */
export type Done = { to: string | undefined; flash: Key | undefined }

type Options<Input, Result> = {
  /** Key of the sentence shown on the next page. */
  flash?: Key | ((result: Result) => Key)
  /** The next page; the same page when absent. */
  to?: (facts: { locale: Locale; result: Result; input: Input }) => string | undefined
  /** Builds the input when the fields of the form don't simply carry the names of the schema. */
  read?: (form: FormData, context: ActionAPIContext) => unknown
  /** What only HTTP can do afterwards, such as setting a cookie. */
  after?: (context: ActionAPIContext, result: Result, input: Input) => void
}

const secret = /password|^(code|current)$|iin|passport|token/i

/**
 * Turns a verb into a form action: parses the form with the verb's schema, calls the verb as the person who is signed in,
 * and answers where to go next. A refusal is kept in `locals.form` with its sentence, so that the page shows the form
 * again with what was typed; anything else is our own fault and flies on.
 */
export function ask<Schema extends z.ZodType, Result>(
  schema: Schema,
  verb: (db: Db, actor: Actor, input: z.infer<Schema>) => Promise<Result>,
  options: Options<z.infer<Schema>, Result> = {},
) {
  return defineAction({
    accept: 'form',
    async handler(form: FormData, context): Promise<Done> {
      const { db, actor, locale } = context.locals
      try {
        const input = parse(schema, options.read ? options.read(form, context) : fieldsOf(form))
        const result = await verb(db, actor, input)
        options.after?.(context, result, input)
        const flash = typeof options.flash === 'function' ? options.flash(result) : options.flash
        return { to: options.to?.({ locale, result, input }), flash }
      } catch (error) {
        if (!(error instanceof Refusal)) {
          context.locals.failure = error
          throw error
        }
        const values = typedIn(form)
        if (error instanceof SecondFactorNeeded) Object.assign(values, error.keep)
        const fields = Object.fromEntries(Object.entries(error.fields ?? {}).map(([name, key]) => [name, t(locale, key as Key)]))
        context.locals.form = { action: '', values, code: error.code, message: t(locale, `refusal.${error.code}`, error.facts), fields, status: statusOf(error.code) }
        throw new ActionError({ code: 'BAD_REQUEST', message: error.code })
      }
    },
  })
}

/** What was typed, for the page that shows the form again: of a list (a name that ends in `[]`) all values, a line each. */
function typedIn(form: FormData): Record<string, string> {
  const typed: Record<string, string> = {}
  for (const name of new Set(form.keys())) {
    const all = form.getAll(name).filter((value) => typeof value === 'string')
    if (all.length > 0 && !secret.test(name)) typed[name] = name.endsWith('[]') ? all.join('\n') : all.at(-1)!
  }
  return typed
}

/** Fields of a form as an object: an empty field is absent, a repeated one (or one whose name ends in `[]`) is a list. */
export function fieldsOf(form: FormData): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of new Set(form.keys())) {
    const all = form.getAll(name).filter((value) => value !== '' && !(value instanceof File && value.size === 0))
    if (name.endsWith('[]')) fields[name.slice(0, -2)] = all
    else if (all.length > 0) fields[name] = all.length > 1 ? all : all[0]
  }
  return fields
}
