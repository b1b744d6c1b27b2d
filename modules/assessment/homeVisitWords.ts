import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

// What is picked for a home visit is content: content/forms/home-visit-<n>.yaml, which translators and clinicians edit.

const sentence = z.string().trim().min(1).transform((text) => text.normalize('NFC'))
const texts = z.strictObject({ kk: sentence, ru: sentence, en: sentence })
const id = z.string().regex(/^[a-z][a-z0-9-]*$/)
const shape = z
  .strictObject({
    edition: z.string().regex(/^home-visit-[1-9][0-9]*$/),
    guideline: id,
    boxes: z.array(z.strictObject({ box: id, titles: texts, signs: z.array(z.strictObject({ id, antenatal: z.literal(true).optional(), text: texts })).min(1) })).min(1),
    levels: z.strictObject({ titles: texts, choices: z.array(z.strictObject({ id, text: texts })).min(2) }),
  })
  .refine(({ boxes, levels }) => {
    const ids = [...boxes.flatMap(({ signs }) => signs), ...levels.choices].map((one) => one.id)
    return new Set(ids).size === ids.length
  }, { error: 'an id stands twice' })

export type HomeVisitForm = z.infer<typeof shape>

/** The edition by which home visits are written down now. */
const newest = 'home-visit-1'
const kept = new Map<string, HomeVisitForm>()

/** The form of home visits of an edition, the newest when none is named. */
export function homeVisitForm(edition: string = newest): HomeVisitForm {
  const known = kept.get(edition)
  if (known) return known
  const form = shape.parse(parse(readFileSync(join(resolve('content/forms'), `${edition}.yaml`), 'utf8'), { uniqueKeys: true, strict: true }))
  kept.set(edition, form)
  return form
}

export const isHomeVisitEdition = (edition: string) => /^home-visit-[1-9][0-9]*$/.test(edition)
