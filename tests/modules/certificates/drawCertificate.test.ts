import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { encode } from 'uqr'
import { describe, expect, test } from 'vitest'
import { drawCertificate, readStatement } from '#modules/certificates/index.ts'
import { openType } from '#modules/pdf/type.ts'
import { publicHalf, signedBy } from '#modules/keys/index.ts'
import { MissingGlyph } from '#modules/pdf/index.ts'
import { accredited, attended, collisions, shapes } from '#tests/modules/certificates/drawing.ts'
import { aStatement, attachmentOf, canLook, named, pixelsOf, textOf, wordsOf } from '#tests/modules/certificates/sample.ts'

const origin = 'https://besik.example.kz'
const kazakh = 'ӘәҒғҚқҢңӨөҰұҮүҺһІі'
const whole = {
  whole: true,
  types: {
    regular: openType(readFileSync('node_modules/@expo-google-fonts/noto-serif/400Regular/NotoSerif_400Regular.ttf')),
    bold: openType(readFileSync('node_modules/@expo-google-fonts/noto-serif/700Bold/NotoSerif_700Bold.ttf')),
  },
}

test('the same statement gives the same bytes, now and later', async () => {
  const statement = aStatement()
  const [first, second] = [await drawCertificate(statement, origin), await drawCertificate(statement, origin)]
  expect(Buffer.from(second).equals(first)).toBe(true)
  // Drawing other letters between, of which some are parts of others, must leave no trace in the shared typeface.
  await drawCertificate(aStatement({ demonstration: true, ...named(`${kazakh} ЫЬЁЙЇўȘ`) }), origin)
  expect(Buffer.from(await drawCertificate(statement, origin)).equals(first)).toBe(true)
})

test('another process, with another clock and zone, gives the same bytes', async () => {
  const statement = aStatement()
  const script = `
    Date.now = () => 0
    const { drawCertificate } = await import('#modules/certificates/drawCertificate.ts')
    const given = JSON.parse(process.argv[1])
    const pdf = await drawCertificate({ ...given, signature: Buffer.from(given.signature, 'hex') }, ${JSON.stringify(origin)})
    process.stdout.write(Buffer.from(pdf).toString('base64'))`
  const given = JSON.stringify({ ...statement, signature: statement.signature.toString('hex') })
  const other = execFileSync(process.execPath, ['--input-type=module', '-e', script, given], { env: { ...process.env, TZ: 'Asia/Qyzylorda', LANG: 'kk_KZ.UTF-8' }, maxBuffer: 1e8 }).toString()
  expect(other).toBe(Buffer.from(await drawCertificate(statement, origin)).toString('base64'))
}, 60_000)

test('another statement, however alike, gives other bytes', async () => {
  const [one, other] = [aStatement(), aStatement({ serial: 'KZ-2027-000413' })]
  expect(Buffer.from(await drawCertificate(one, origin)).equals(await drawCertificate(other, origin))).toBe(false)
})

test('it weighs less than a page of pictures', async () => {
  expect((await drawCertificate(aStatement({ demonstration: true, ...named(kazakh) }), origin)).length).toBeLessThan(45_000)
})

describe.for(['漢字 Ли', 'Айгүл 👶', 'Айгүл\u202eкызы', 'Ай\u0000гүл', 'Айгүл\nМаратқызы', '\uE000'])('a name that the font can’t draw is refused whole: %j', (name) => {
  test('no page comes out', async () => {
    await expect(drawCertificate(aStatement(named(name)), origin)).rejects.toThrow(MissingGlyph)
  })
})

test('the signed statement travels inside, and its signature holds without us', { skip: !canLook }, async () => {
  const statement = aStatement()
  const inside = JSON.parse(attachmentOf(await drawCertificate(statement, origin))) as { statement: string; signature: string; kid: string }
  expect(inside.statement).toBe(statement.body)
  expect(inside.kid).toBe(publicHalf('certificate').kid)
  expect(signedBy(publicHalf('certificate').spki, Buffer.from(inside.statement), Buffer.from(inside.signature, 'base64'))).toBe(true)
})

describe('what a reader sees', { skip: !canLook }, () => {
  test('every fact can be copied out in three languages', async () => {
    const statement = aStatement({ predecessor: 'KZ-2026-000001' })
    const text = textOf(await drawCertificate(statement, origin))
    const { holder, course, centre, code } = readStatement(statement.body)
    const facts = [
      holder.name, ...Object.values(holder.profession!), ...Object.values(holder.facility!), ...Object.values(course.titles), ...Object.values(course.guideline.titles), ...Object.values(centre.names), centre.director!,
      '40 академиялық сағат', '2027 жылғы 1–5 наурыз', '40 академических часов', '1–5 марта 2027 года', '40 academic hours', '1–5 March 2027',
      'СЕРТИФИКАТ · CERTIFICATE', '№ KZ-2027-000412', '06.03.2027', '06.03.2032', 'KZ-2026-000001', 'besik.example.kz/v', code.replace(/(.{4})(?=.)/g, '$1-'),
    ]
    for (const fact of facts) expect(text).toContain(fact)
    expect(text).not.toMatch(/\d{12}/)
  })

  test('every Kazakh letter in both cases is drawn as the whole font draws it: same text, same pixels, real ink', async () => {
    for (const statement of [aStatement(named(kazakh)), aStatement({ ...accredited, demonstration: true }), aStatement({ ...attended, ...named('Әбілқасымұлы-Һүснһ Ұлжан Ғаниқызы') })]) {
      const [small, full] = [await drawCertificate(statement, origin), await drawCertificate(statement, origin, whole)]
      expect(full.length).toBeGreaterThan(10 * small.length)
      expect(textOf(small)).toBe(textOf(full))
      const [seen, expected] = [pixelsOf(small, 100), pixelsOf(full, 100)]
      expect(Buffer.from(seen.grey).equals(expected.grey)).toBe(true)
    }
  })

  test('each letter of a name leaves ink, also where text alone would be a lie', async () => {
    const pdf = await drawCertificate(aStatement(named([...kazakh].join(' '))), origin)
    const letters = wordsOf(pdf).filter((word) => word.text.length === 1 && kazakh.includes(word.text) && word.bottom - word.top > 20)
    expect(letters.map((word) => word.text).join('')).toBe(kazakh)
    const { width, grey } = pixelsOf(pdf, 144)
    for (const { left, right, top, bottom } of letters) {
      let ink = 0
      for (let y = Math.round(top * 2); y < bottom * 2; y++) for (let x = Math.round(left * 2); x < right * 2; x++) ink += grey[y * width + x]! < 128 ? 1 : 0
      expect(ink).toBeGreaterThan(40)
    }
  })

  test('a demonstration says so across the page in three languages; a document doesn’t', async () => {
    const words = ['КӨРСЕТІЛІМ', 'ДЕМОНСТРАЦИЯ', 'DEMONSTRATION']
    const [shown, real] = [textOf(await drawCertificate(aStatement({ demonstration: true }), origin), 'raw'), textOf(await drawCertificate(aStatement(), origin), 'raw')]
    for (const word of words) {
      expect(shown).toContain(word)
      expect(real).not.toContain(word)
    }
  })

  test('the QR code leads to the public page, module by module', async () => {
    const statement = aStatement()
    const pdf = await drawCertificate(statement, origin)
    const { data, size } = encode(`${origin}/v/${readStatement(statement.body).code}`, { ecc: 'M', border: 0 })
    const { width, grey } = pixelsOf(pdf, 216)
    const [scale, left, top, side] = [3, 841.89 - 78 - 84, 595.28 - 76 - 84, 84]
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const x = Math.round((left + ((column + 0.5) * side) / size) * scale)
        const y = Math.round((top + ((row + 0.5) * side) / size) * scale)
        expect(grey[y * width + x]! < 128).toBe(data[row]![column])
      }
    }
  })
})

const crowded = {
  ...shapes,
  'a name of three hundred letters': named(`${'Ұ'.repeat(100)} ${'Қ'.repeat(100)} ${'щ'.repeat(100)}`),
  'a statement of attendance for such a name': { ...attended, ...named(`${'Ұ'.repeat(100)} ${'Қ'.repeat(100)} ${'щ'.repeat(100)}`) },
}

describe('nothing ever overflows or lies on something else', { skip: !canLook }, () => {
  test.for(Object.entries(crowded))('%s', async ([, change]) => {
    const statement = aStatement(change)
    const pdf = await drawCertificate(statement, origin)
    const { holder, document, demonstration } = readStatement(statement.body)
    const [width, height, margin] = document.template === 'attendance' ? [595.28, 841.89, 66] : [841.89, 595.28, 62]
    // Turned words, those of a demonstration, lie behind the others.
    const words = wordsOf(pdf).filter((one) => !(demonstration && one.text.length === 1 && one.bottom - one.top > 42) && one.bottom - one.top < 60)
    expect(words.length).toBeGreaterThan(60)
    for (const word of words) {
      expect(word.left, word.text).toBeGreaterThan(margin)
      expect(word.right, word.text).toBeLessThan(width - margin)
      expect(word.top, word.text).toBeGreaterThan(56)
      expect(word.bottom, word.text).toBeLessThan(height - 60)
    }
    expect(collisions(words)).toEqual([])
    expect(words.map((one) => one.text).join('').includes(holder.name.split(' ')[0]!.slice(0, 20))).toBe(true)
    // No word on the QR code, and ink in it.
    const qr = document.template === 'attendance' ? { left: width - 72 - 78, top: height - 72 - 78, side: 78 } : { left: width - 78 - 84, top: height - 76 - 84, side: 84 }
    expect(words.filter((one) => one.right > qr.left && one.left < qr.left + qr.side && one.bottom > qr.top && one.top < qr.top + qr.side)).toEqual([])
    // The smallest line is as high as print needs: five points, of which a capital is two thirds.
    expect(Math.min(...words.map((one) => one.bottom - one.top))).toBeGreaterThan(demonstration || holder.name.length > 200 ? 4 : 5)
  })

  test('a page is never inked to its edges, and the frame is whole on all four sides', async () => {
    for (const change of [shapes['everything as long as it gets']!, attended]) {
      const { width, height, grey } = pixelsOf(await drawCertificate(aStatement(change), origin), 72)
      const dark = (x: number, y: number) => grey[y * width + x]! < 200
      const [rows, columns] = [Array.from({ length: height }, (_, y) => y), Array.from({ length: width }, (_, x) => x)]
      for (const edge of [0, 1, 2, 3]) {
        expect(columns.some((x) => dark(x, edge) || dark(x, height - 1 - edge))).toBe(false)
        expect(rows.some((y) => dark(edge, y) || dark(width - 1 - edge, y))).toBe(false)
      }
      // A line of the frame that runs across nearly the whole page, near each edge.
      const longest = (line: readonly number[], at: (n: number) => boolean) => line.filter(at).length
      expect(rows.slice(0, 60).some((y) => longest(columns, (x) => dark(x, y)) > width * 0.85)).toBe(true)
      expect(rows.slice(-60).some((y) => longest(columns, (x) => dark(x, y)) > width * 0.85)).toBe(true)
      expect(columns.slice(0, 60).some((x) => longest(rows, (y) => dark(x, y)) > height * 0.85)).toBe(true)
      expect(columns.slice(-60).some((x) => longest(rows, (y) => dark(x, y)) > height * 0.85)).toBe(true)
    }
  })
})

describe('what each kind says', { skip: !canLook }, () => {
  test('the words of its kind, credits, accreditation and act, in three languages', async () => {
    const text = textOf(await drawCertificate(aStatement(accredited), origin), 'raw').replace(/\s+/g, ' ')
    const { document, accreditation } = accredited
    for (const words of [...Object.values(document!.confirms), ...Object.values(document!.legalBasis!), ...Object.values(accreditation!.body), accreditation!.number]) expect(text).toContain(words)
    for (const title of Object.values(document!.titles)) expect(text).toContain(title.toLocaleUpperCase('kk'))
    for (const words of ['кредит: 1,33', 'кредиты: 1,33', 'credits: 1.33', '2029 жылғы 31 мамыр', '31 мая 2029 года', '31 May 2029']) expect(text).toContain(words)
  })

  test('a kind without credits, act or accreditation speaks of none', async () => {
    const text = textOf(await drawCertificate(aStatement({ credits: null }), origin), 'raw')
    for (const word of ['кредит', 'credits', 'Аккредит', 'Accreditation', 'ДСМ']) expect(text).not.toContain(word)
  })

  test('a renewal names what it renews, a replacement what it replaces', async () => {
    const text = textOf(await drawCertificate(aStatement({ predecessor: 'KZ-2026-000001', renews: 'KZ-2022-000317' }), origin), 'raw')
    for (const words of ['KZ-2026-000001', 'Взамен', 'KZ-2022-000317', 'Продлевает']) expect(text).toContain(words)
    const usual = textOf(await drawCertificate(aStatement(), origin), 'raw')
    for (const word of ['Взамен', 'Продлевает']) expect(usual).not.toContain(word)
  })

  test('it says in three languages how it is verified, and where', async () => {
    for (const change of [{}, attended]) {
      const text = textOf(await drawCertificate(aStatement(change), origin), 'raw').replace(/\s+/g, ' ')
      for (const words of ['Scan the code or open besik.example.kz/v', 'Отсканируйте код или откройте besik.example.kz/v', 'Кодты сканерлеңіз немесе besik.example.kz/v']) expect(text).toContain(words)
    }
  })

  test('a statement of attendance is another document: upright, without ornament, and says that it is no certificate and certifies no hours', async () => {
    const pdf = await drawCertificate(aStatement(attended), origin)
    const text = textOf(pdf, 'raw').replace(/\s+/g, ' ')
    for (const words of ['Қатысу туралы анықтама', 'Справка об участии', 'Statement of attendance', 'Бұл сертификат емес', 'Это не сертификат', 'This is not a certificate', 'Length of the programme: 40 academic hours']) expect(text).toContain(words)
    expect(text).not.toMatch(/half-day|credits|Valid through/)
    const { width, height } = pixelsOf(pdf, 72)
    expect(height).toBeGreaterThan(width)
    expect(Buffer.from(pdf).includes('/Subtype /Form')).toBe(false)
  })
})
