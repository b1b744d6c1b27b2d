import { randomInt } from 'node:crypto'
import { certificateFiles } from '#db/schema/index.ts'
import { fileOf, issueCertificates, verifyFile } from '#modules/certificates/index.ts'
import { expect, test } from '#tests/database.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const rounds = process.env['TORTURE'] ? 2000 : 200

test(`${rounds} issued PDFs with one byte changed: not one is taken for the issued file`, async ({ db }) => {
  const { coordinator, cohort } = await aFinishedCohort(db, { people: 4 })
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const files = await Promise.all(issued.map((one) => fileOf(db, one.code)))
  for (const { pdf, serial } of files) expect(await verifyFile(db, pdf)).toMatchObject({ issued: true, serial })
  let accepted = 0
  for (let round = 0; round < rounds; round++) {
    const { pdf } = files[round % files.length]!
    const changed = Buffer.from(pdf)
    // Spread over the whole file, then anywhere: no part of it is left out by chance.
    const at = round % 2 === 0 ? Math.floor((round / rounds) * pdf.length) : randomInt(pdf.length)
    changed[at]! ^= randomInt(1, 256)
    if ((await verifyFile(db, changed)).issued) accepted++
  }
  expect(accepted).toBe(0)
  expect(await db.$count(certificateFiles)).toBe(4)
}, 600_000)
