import { expect, test } from 'vitest'
import { formats } from '#modules/packages/formats.ts'
import { about, aBook } from './aBook.ts'

// The sources are read from content/, where this small book is not.
const written = formats.filter(({ format }) => format !== 'sources-zip')

test.each(written.map((format) => [format.format, format] as const))('writing and rehearsing %s leaves the book as it was: the next form is made from the same one', { timeout: 60_000 }, async (_, format) => {
  const books = [aBook('kk'), aBook('ru')]
  const before = structuredClone({ books, about })
  const { bytes } = await format.write(books, about)
  await format.rehearse(bytes, books)
  expect({ books, about }).toEqual(before)
})
