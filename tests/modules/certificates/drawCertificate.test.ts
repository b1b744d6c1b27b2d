import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { encode } from 'uqr'
import { describe, expect, test } from 'vitest'
import { drawCertificate, MissingGlyph, readStatement } from '#modules/certificates/index.ts'
import { openType } from '#modules/certificates/type.ts'
import { publicHalf, signedBy } from '#modules/keys/index.ts'
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
    for (const statement of [aStatement(named(kazakh)), aStatement({ kind: 'advanced', demonstration: true }), aStatement({ kind: 'attendance', ...named('Әбілқасымұлы-Һүснһ Ұлжан Ғаниқызы') })]) {
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

const long = 'Құдайбергенова-Жұмағалиева Мұхаббатхан Нұрмұхамбетқызы'
const facility = 'Түркістан облысының қоғамдық денсаулық сақтау басқармасының «Созақ аудандық орталық ауруханасы» шаруашылық жүргізу құқығындағы мемлекеттік коммуналдық кәсіпорны'
const crowded = {
  'a long name with a long workplace': aStatement({ holder: { name: long, profession: { kk: 'денсаулық сақтау саласындағы әлеуметтік жұмыс жөніндегі маман', ru: 'специалист по социальной работе в сфере здравоохранения', en: 'social worker in health care' }, facility: { kk: facility, ru: facility, en: facility } } }),
  'a name of three hundred letters': aStatement(named(`${'Ұ'.repeat(100)} ${'Қ'.repeat(100)} ${'щ'.repeat(100)}`)),
  'everything long at once': aStatement({
    kind: 'advanced', demonstration: true, predecessor: 'KZ-2026-999999', ...named(`${long} ${long}`),
    approval: { body: facility, number: 'ҚР ДСМ-303/2020', date: '2026-09-01' }, centre: { ...readStatement(aStatement().body).centre, names: { kk: facility, ru: facility, en: facility }, director: `${long} ${long}` },
  }),
}

describe('nothing ever overflows', { skip: !canLook }, () => {
  test.for(Object.entries(crowded))('%s', async ([, statement]) => {
    const words = wordsOf(await drawCertificate(statement, origin))
    // Inside the frame's inner line, with air.
    for (const word of words.filter((one) => one.bottom - one.top < 60)) {
      expect(word.left).toBeGreaterThan(62)
      expect(word.right).toBeLessThan(841.89 - 62)
      expect(word.top).toBeGreaterThan(56)
      expect(word.bottom).toBeLessThan(595.28 - 62)
    }
    const { name } = readStatement(statement.body).holder
    expect(words.map((one) => one.text).join('').includes(name.split(' ')[0]!.slice(0, 20))).toBe(true)
  })
})
