import { z } from 'zod'

// What the shapes of courses, lessons, questions and stations have in common.

export const locales = ['kk', 'ru', 'en'] as const
export const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
export const sentence = z.string().trim().min(1).transform((text) => text.normalize('NFC'))
export const texts = z.strictObject({ kk: sentence, ru: sentence, en: sentence })
export const count = z.int().min(1)
export const courseSlug = slug.max(40)
