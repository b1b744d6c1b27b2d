import { z } from 'zod'

// Everything but line breaks and tabs that is no letter, sign or space: the database can't keep some of it, and people can't see the rest.
const unfit = /[^\P{Cc}\n\t]|[\p{Cs}\p{Co}\u202a-\u202e\u2066-\u2069]/u

const written = (most: number) =>
  z
    .string()
    .max(most * 2, { error: 'field.too_big' })
    .transform((text) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim())
    .refine((text) => !unfit.test(text), { error: 'field.characters' })
    .refine((text) => text.length <= most, { error: 'field.too_big' })

/** Some lines that somebody may write in a form: NFC, trimmed, at most so many characters. */
export const words = (most: number) => written(most)

/** The same, but something must be written. */
export const someWords = (most: number) => written(most).refine((text) => text.length > 0, { error: 'field.required' })
