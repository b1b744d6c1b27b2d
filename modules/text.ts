import { z } from 'zod'

// Control, format (invisible, right-to-left override), lone surrogate and private characters: none belongs into one line of text.
const unfit = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u

/** One line typed by a person, at most `max` characters: NFC, single spaces, nothing invisible, nothing the database can't keep. */
export const line = (max: number) =>
  z
    .string()
    .max(max * 4, { error: 'field.too_big' })
    .transform((text) => text.normalize('NFC').replace(/[\t\u00a0\u2007\u202f ]+/g, ' ').trim())
    .refine((text) => !unfit.test(text), { error: 'field.characters' })
    .refine((text) => text.length >= 1, { error: 'field.required' })
    .refine((text) => text.length <= max, { error: 'field.too_big' })

/** The same text in the three languages of the product, each given. */
export const texts = (max: number) => z.object({ kk: line(max), ru: line(max), en: line(max) })

// Everything but line breaks and tabs that is no letter, sign or space: the database can't keep some of it, and people can't see the rest.
const unfitLines = /[^\P{Cc}\n\t]|[\p{Cs}\p{Co}\u202a-\u202e\u2066-\u2069]/u

const written = (most: number) =>
  z
    .string()
    .max(most * 2, { error: 'field.too_big' })
    .transform((text) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim())
    .refine((text) => !unfitLines.test(text), { error: 'field.characters' })
    .refine((text) => text.length <= most, { error: 'field.too_big' })

/** Some lines that somebody may write in a form: NFC, trimmed, at most so many characters. */
export const words = (most: number) => written(most)

/** The same, but something must be written. */
export const someWords = (most: number) => written(most).refine((text) => text.length > 0, { error: 'field.required' })
