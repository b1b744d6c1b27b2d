import { defineCollection } from 'astro:content'
import { glob } from 'astro/loaders'
import { lessonShape } from '#modules/courses/index.ts'

/** Lessons, by course, language and slug: `imci/kk/1-02-general-danger-signs`. */
export const collections = {
  lessons: defineCollection({
    loader: glob({ base: './content/courses', pattern: '*/{kk,ru,en}/*.mdx', generateId: ({ entry }) => entry.replace(/\.mdx$/, '') }),
    schema: lessonShape,
  }),
}
