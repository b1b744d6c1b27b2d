import { defineCollection } from 'astro:content'
import { glob } from 'astro/loaders'
import { guideShape, lessonShape, manualShape, procedureTextShape } from '#modules/courses/index.ts'

/** Lessons, by course, language and slug: `imci/kk/1-02-general-danger-signs`. */
export const collections = {
  lessons: defineCollection({
    loader: glob({ base: './content/courses', pattern: '*/{kk,ru,en}/*.mdx', generateId: ({ entry }) => entry.replace(/\.mdx$/, '') }),
    schema: lessonShape,
  }),
  /** Facilitators' guides, by course, language and day: `imci/kk/day-2`. Shown to those who teach, and to nobody else. */
  guides: defineCollection({
    loader: glob({ base: './content/courses', pattern: '*/guides/{kk,ru,en}/*.mdx', generateId: ({ entry }) => entry.replace('/guides/', '/').replace(/\.mdx$/, '') }),
    schema: guideShape,
  }),
  /** Manuals, by language and name: `kk/home-visits`. */
  manuals: defineCollection({
    loader: glob({ base: './content/manuals', pattern: '{kk,ru,en}/*.mdx', generateId: ({ entry }) => entry.replace(/\.mdx$/, '') }),
    schema: manualShape,
  }),
  /** Procedures that are shared with others, by name and language: `supervision/kk`. */
  procedures: defineCollection({
    loader: glob({ base: './content/procedures', pattern: '*/{kk,ru,en}.mdx', generateId: ({ entry }) => entry.replace(/\.mdx$/, '') }),
    schema: procedureTextShape,
  }),
}
