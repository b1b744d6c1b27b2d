import type { Request } from 'playwright-core'
import { able, type Arrive, describe, expect, needs, test } from './browser.ts'

// A file is checked where it is: not one byte of it leaves the browser, and the connection may be gone.

/** A certificate of the demonstration as its holder has it: the PDF, the badge, and the code. */
async function documents(arrive: Arrive, server: { origin: string }) {
  const holder = await (await arrive(server)).carrySession('trainee@demo.kz')
  const { items } = (await holder.send('GET', '/certificates')) as { items: { code: string; serial: string; holderName: string; status: string }[] }
  const one = items.find(({ status }) => status === 'valid')!
  const file = async (path: string) => Buffer.from(await (await holder.context.request.get(`${server.origin}/api/v1/certificates/${one.code}/${path}`)).body())
  return { ...one, pdf: await file('pdf'), badge: await file('badge') }
}

/** Everything that a page asks for from now on. */
function listen(page: { on(event: 'request', told: (request: Request) => void): unknown }) {
  const asked: Request[] = []
  page.on('request', (request) => void asked.push(request))
  return asked
}

describe.skipIf(!able)(`a file is checked in the browser${needs}`, () => {
  test('without any request, and without a connection, a PDF and a badge say what was signed', async ({ server, arrive }) => {
    const { pdf, badge, serial, holderName } = await documents(arrive, server)
    const employer = await arrive(server, { locale: 'kk', width: 360 })
    await employer.open('/verify')
    await employer.page.waitForLoadState('networkidle')
    const asked = listen(employer.page)
    await employer.context.setOffline(true)
    for (const [name, mimeType, buffer] of [['certificate.pdf', 'application/pdf', pdf], ['badge.json', 'application/json', badge]] as const) {
      await employer.field('verify.file.field').setInputFiles({ name, mimeType, buffer })
      await employer.sees('verify.file.holds.title')
      await employer.sees({ text: serial })
      await employer.sees({ text: holderName })
      await employer.sees('verify.file.limits')
    }
    expect(asked.map((request) => request.url())).toEqual([])
    await employer.context.setOffline(false)
  })

  test('asked for, the register is sent the code and nothing else, and knows the file bit for bit', async ({ server, arrive }) => {
    const { pdf, code } = await documents(arrive, server)
    const employer = await arrive(server)
    await employer.open('/verify')
    await employer.page.waitForLoadState('networkidle')
    await employer.field('verify.file.field').setInputFiles({ name: 'certificate.pdf', mimeType: 'application/pdf', buffer: pdf })
    const asked = listen(employer.page)
    await employer.button('verify.file.ask').click()
    await employer.sees('verify.file.state', { state: employer.t('certificate.state.valid') })
    await employer.sees('verify.file.exact')
    expect(asked.map((request) => [request.method(), new URL(request.url()).pathname, request.postDataBuffer()])).toEqual([['GET', `/api/v1/certificates/${code}`, null]])
  })

  test('a changed file is called changed, another one no certificate, and the form stays for those without a script', async ({ server, arrive }) => {
    const { pdf, badge, serial } = await documents(arrive, server)
    const employer = await arrive(server, { locale: 'ru' })
    await employer.open('/verify')
    const choose = (name: string, buffer: Buffer) => employer.field('verify.file.field').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
    const saved = Buffer.from(pdf)
    saved.write('841.88', saved.indexOf('/MediaBox [0 0 ') + 15, 'latin1')
    await choose('saved.pdf', saved)
    await employer.sees('verify.file.resaved.title')
    await employer.sees({ text: serial })
    await choose('forged.json', Buffer.from(badge.toString('utf8').replace(serial, 'KZ-2020-000001')))
    await employer.sees('verify.file.changed.title')
    expect(await employer.shows({ text: serial })).toBe(false)
    await choose('photo.pdf', Buffer.from('%PDF-1.7\n%%EOF'))
    await employer.sees('verify.file.nothing.title')

    const plain = await arrive(server, { javaScript: false })
    await plain.open('/verify')
    await plain.field('verify.file.field').setInputFiles({ name: 'certificate.pdf', mimeType: 'application/pdf', buffer: pdf })
    await plain.press('verify.file.go')
    await plain.sees('verify.file.genuine')
  })
})
