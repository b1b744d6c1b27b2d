import { createHash } from 'node:crypto'
import { evidenceFiles } from '#db/schema/index.ts'
import { addEvidence, adoptionOf, mostBytes, mostFiles, openEvidence } from '#modules/adoptions/index.ts'
import { safeName, typeOf } from '#modules/adoptions/evidence.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAuditor, aTrainee } from '#tests/factories.ts'
import { aReceived } from './cast.ts'
import { aCollege } from './staff.ts'

const pdf = (text = 'one') => new Uint8Array(Buffer.from(`%PDF-1.7\n${text}\n%%EOF`))
const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])

describe('what a file is', () => {
  test.each([
    ['a PDF', pdf(), 'application/pdf'],
    ['a JPEG', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0]), 'image/jpeg'],
    ['a PNG', png, 'image/png'],
    ['a web page', new Uint8Array(Buffer.from('<html><script>alert(1)</script>')), null],
    ['a drawing with scripts', new Uint8Array(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), null],
    ['a page that hides a PDF behind it', new Uint8Array(Buffer.from('<script>1</script>%PDF-1.7')), null],
    ['a program', new Uint8Array([0x4d, 0x5a, 0x90, 0]), null],
    ['nothing', new Uint8Array(), null],
    ['a bare beginning', new Uint8Array(Buffer.from('%PDF-')), null],
  ])('%s is known by its bytes', (_, bytes, type) => expect(typeOf(bytes)).toBe(type))

  test.each([
    ['Бұйрық № 12.pdf', 'Бұйрық № 12.pdf'],
    ['C:\\Documents\\приказ.PDF', 'приказ.pdf'],
    ['../../etc/passwd', 'passwd.pdf'],
    ['page.html', 'page.pdf'],
    ['a"b<c>\r\nSet-Cookie: x.pdf', 'a b c Set-Cookie x.pdf'],
    ['invoice\u202efdp.exe', 'invoice fdp.pdf'],
    ['.pdf', 'document.pdf'],
    ['', 'document.pdf'],
    ['я'.repeat(300), `${'я'.repeat(100)}.pdf`],
  ])('«%s» is kept as «%s»', (name, kept) => expect(safeName(name, 'application/pdf')).toBe(kept))
})

describe('evidence of a step', () => {
  const step = async (db: Parameters<typeof adoptionOf>[0]) => {
    const all = await aReceived(db)
    return { ...all, stepId: (await adoptionOf(db, all.worker, { adoptionId: all.adoptionId })).lastStepId }
  }

  test('is kept with its hash and handed on as it came; the same file twice is one', async ({ db }) => {
    const { worker, adoptionId, stepId } = await step(db)
    const { id } = await addEvidence(db, worker, { stepId, name: 'приказ.pdf', bytes: pdf() })
    expect(await addEvidence(db, worker, { stepId, name: 'ещё раз.pdf', bytes: pdf() })).toMatchObject({ id })
    await addEvidence(db, worker, { stepId, name: 'печать.jpeg', bytes: png })
    const { steps } = await adoptionOf(db, worker, { adoptionId })
    const sha256 = createHash('sha256').update(pdf()).digest('hex')
    expect(steps[0]!.evidence).toMatchObject([{ id, name: 'приказ.pdf', type: 'application/pdf', bytes: pdf().length, sha256 }, { name: 'печать.png', type: 'image/png' }])
    expect(Buffer.from(pdf()).equals((await openEvidence(db, await anAuditor(db), { evidenceId: id })).body)).toBe(true)
  })

  test('is refused when it is something else, too large or one too many', async ({ db }) => {
    const { worker, stepId } = await step(db)
    const add = (bytes: Uint8Array) => addEvidence(db, worker, { stepId, name: 'x.pdf', bytes })
    await expect(add(new Uint8Array(Buffer.from('MZ')))).rejects.toMatchObject({ code: 'evidence.type' })
    const large = new Uint8Array(mostBytes + 1)
    large.set(pdf())
    await expect(add(large)).rejects.toMatchObject({ code: 'evidence.too-large' })
    for (let n = 0; n < mostFiles; n++) await add(pdf(`${n}`))
    await expect(add(pdf('more'))).rejects.toMatchObject({ code: 'evidence.too-many' })
    expect(await db.$count(evidenceFiles)).toBe(mostFiles)
  })

  test('is the college’s to give and not there for others; nobody takes it away', async ({ db }) => {
    const { worker, stepId } = await step(db)
    const { worker: stranger } = await aCollege(db)
    await expect(addEvidence(db, stranger, { stepId, name: 'x', bytes: pdf() })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(addEvidence(db, await anAuditor(db), { stepId, name: 'x', bytes: pdf() })).rejects.toMatchObject({ code: 'permission.denied' })
    const { id: evidenceId } = await addEvidence(db, worker, { stepId, name: 'x', bytes: pdf() })
    await expect(openEvidence(db, stranger, { evidenceId })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(openEvidence(db, await aTrainee(db), { evidenceId })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(db.transaction((tx) => tx.delete(evidenceFiles))).rejects.toThrow()
  })
})
