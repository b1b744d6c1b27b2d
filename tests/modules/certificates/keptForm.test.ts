import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drawCertificate, newCode, readStatement } from '#modules/certificates/index.ts'
import { openOutlines, subsetOf } from '#modules/pdf/subset.ts'
import { openType, types } from '#modules/pdf/type.ts'
import { attended, canCheck, faultsOf, fontsOf, shapes, unpacked } from '#tests/modules/certificates/drawing.ts'
import { aStatement, attachmentOf, canLook, named, pixelsOf, textOf, wordsOf } from '#tests/modules/certificates/sample.ts'

// The file as others will open it in twenty years: sound, whole in itself, and the same letters on every machine.

const origin = 'https://besik.example.kz'
const draw = (change: Parameters<typeof aStatement>[0] = {}, credential?: string) => drawCertificate(aStatement(change), origin, credential ? { credential } : {})

describe('the file is sound', { skip: !canCheck }, () => {
  test.for(Object.entries(shapes))('%s', async ([, change]) => {
    expect(faultsOf(await draw(change, '{"type":"VerifiableCredential"}'))).toBe('')
  })
})

test('its typefaces are inside, reduced, named as parts and readable; documents with other letters name their parts otherwise', { skip: !canLook }, async () => {
  const all = (await Promise.all(Object.values(shapes).map((change) => draw(change)))).map(fontsOf)
  for (const fonts of all) {
    expect(fonts.map((one) => one.name.slice(7)).toSorted()).toEqual(['NotoSerif-Bold', 'NotoSerif-Regular'])
    for (const font of fonts) expect(font).toMatchObject({ name: expect.stringMatching(/^[A-Z]{6}\+/), embedded: true, subset: true, unicode: true })
  }
  // The same letters are the same part; other letters are another.
  const code = newCode()
  const heavy = async (name: string) => fontsOf(await draw({ ...named(name), code })).find((one) => one.name.endsWith('Bold'))!.name
  expect(await heavy('Ли Анна')).toBe(await heavy('Ли Анна'))
  expect(new Set(await Promise.all(['Ли Анна', 'Қу Һәнна', 'Öz Şule'].map(heavy))).size).toBe(3)
})

describe('made to be kept', { skip: !canCheck }, () => {
  test('its metadata says what its information says, and which form it was made in', async () => {
    const statement = { ...shapes['everything as long as it gets'], centre: { ...JSON.parse(aStatement().body).centre, names: { kk: 'Ана & бала <орталығы>', ru: 'Центр', en: 'Centre' } } }
    const text = Buffer.from(unpacked(await draw(statement)), 'latin1').toString('utf8')
    const xmp = /<x:xmpmeta[\s\S]*<\/x:xmpmeta>/.exec(text)![0]
    for (const told of ['<pdfaid:part>3</pdfaid:part>', '<pdfaid:conformance>B</pdfaid:conformance>', 'Біліктілікті арттыру туралы куәлік KZ-2027-000412', 'Ана &amp; бала &lt;орталығы&gt;', '<xmp:CreateDate>2027-03-06T00:00:00Z</xmp:CreateDate>']) expect(xmp).toContain(told)
    expect(text).toContain('/CreationDate (D:20270306000000Z)')
    expect(text).toContain(`/Title <feff${Buffer.from('Біліктілікті арттыру туралы куәлік KZ-2027-000412', 'utf16le').swap16().toString('hex')}>`)
    expect(text).toContain('/Lang (kk)')
    // Nobody has to unpack anything to read it.
    expect(Buffer.from(await draw()).includes('<pdfaid:part>3')).toBe(true)
  })

  test('its colours are meant in sRGB, by a profile that may be given away', async () => {
    const profile = readFileSync('modules/pdf/colours/sRGB.icc')
    expect(unpacked(await draw())).toContain(profile.toString('latin1'))
    expect(unpacked(await draw())).toMatch(/\/S \/GTS_PDFA1/)
    expect(createHash('sha256').update(profile).digest('hex')).toBe('2a92d4bae450b76d8b0aa42193df974d75f62738ecebf74f01c5e75b12a95796')
    expect(readFileSync('modules/pdf/colours/LICENCE.txt', 'utf8')).toContain('zlib/libpng License')
  })

  test('nothing in it runs, asks another machine, or is seen through', async () => {
    const text = unpacked(await draw(shapes['everything as long as it gets'], '{}'))
    for (const forbidden of ['/JavaScript', '/JS', '/Launch', '/URI', '/GoToR', '/Encrypt', '/SMask', '/OpenAction', '/ca ', '/CA ', 'http://www.w3.org/2000/svg']) expect(text).not.toContain(forbidden)
  })
})

test('a credential that is given travels beside the statement; without one there is none', { skip: !canLook }, async () => {
  const credential = JSON.stringify({ type: ['VerifiableCredential'], name: 'Нұргүл' })
  expect(attachmentOf(await draw({}, credential), 'credential.json')).toBe(credential)
  const pdf = await draw({}, credential)
  expect(JSON.parse(attachmentOf(pdf)).statement).toContain('besik-certificate')
  await expect(draw().then((plain) => attachmentOf(plain, 'credential.json'))).rejects.toThrow()
})

const alphabets = {
  kazakh: 'АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ',
  russian: 'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ',
  latin: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
}
const whole = {
  whole: true,
  types: { regular: openType(readFileSync('node_modules/@expo-google-fonts/noto-serif/400Regular/NotoSerif_400Regular.ttf')), bold: openType(readFileSync('node_modules/@expo-google-fonts/noto-serif/700Bold/NotoSerif_700Bold.ttf')) },
}

describe('no letter of the three languages is ever a blank', { skip: !canLook }, () => {
  test.for(Object.entries(alphabets))('%s: each has the ink that the whole typeface gives it, in both weights, and is copied as itself', async ([, capitals]) => {
    const letters = [...capitals, ...capitals.toLowerCase()]
    // Apart, so that each has a box of its own: heavy as a name, light as a workplace.
    for (const some of [letters.slice(0, letters.length / 2), letters.slice(letters.length / 2)]) {
      const spread = some.join(' ')
      const facility = { kk: spread, ru: spread, en: spread }
      const statement = aStatement({ holder: { name: spread, profession: null, facility } })
      const [small, full] = [await drawCertificate(statement, origin), await drawCertificate(statement, origin, whole)]
      expect(textOf(small)).toBe(textOf(full))
      const [seen, expected] = [pixelsOf(small, 144), pixelsOf(full, 144)]
      expect(Buffer.from(seen.grey).equals(expected.grey)).toBe(true)
      const found = wordsOf(small).filter((word) => word.text.length === 1 && word.right - word.left < 40 && word.top > 140 && word.top < 300)
      for (const letter of some) {
        const boxes = found.filter((word) => word.text === letter)
        expect(boxes.length, letter).toBeGreaterThanOrEqual(2)
        for (const { left, right, top, bottom } of boxes) {
          let ink = 0
          for (let y = Math.round(top * 2); y < bottom * 2; y++) for (let x = Math.round(left * 2); x < right * 2; x++) ink += seen.grey[y * seen.width + x]! < 170 ? 1 : 0
          expect(ink, letter).toBeGreaterThan(5)
        }
      }
    }
  })
})

describe('a reduced typeface', () => {
  const { outlines, glyph } = types().regular

  test('has the outlines of its letters to the byte, those they are made of, and no other', () => {
    const letters = [...'ҚЙЁЫқйё']
    const small = openOutlines(subsetOf(outlines, letters.map(glyph)))
    for (const letter of letters) expect(small.glyph(glyph(letter)).subarray(0, outlines.glyph(glyph(letter)).length).equals(outlines.glyph(glyph(letter)))).toBe(true)
    expect(small.glyph(glyph('Ж')).length).toBe(0)
    const count = outlines.tables.get('maxp')!.readUInt16BE(4)
    const drawn = Array.from({ length: count }, (_, id) => id).filter((id) => small.glyph(id).length > 0).length
    expect(drawn).toBeGreaterThan(letters.length)
    expect(drawn).toBeLessThan(3 * letters.length)
  })

  test('is what another reader of fonts takes for one, whole checksum included', () => {
    const bytes = subsetOf(outlines, [...'Әбіш'].map(glyph))
    let sum = 0
    for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0
    expect(sum).toBe(0xb1b0afba)
    expect([...openOutlines(bytes).tables.keys()]).toEqual(['glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp'])
  })

  test('is the same bytes whatever order its letters come in', () => {
    const ids = [...'Құдайберген'].map(glyph)
    expect(subsetOf(outlines, ids).equals(subsetOf(outlines, ids.toReversed()))).toBe(true)
  })
})

test('a statement of attendance has no ornament to carry and weighs less', async () => {
  expect((await draw(attended)).length).toBeLessThan((await draw()).length)
  expect((await draw(named('Ли Анна'))).length).toBeLessThan(45_000)
})

describe('it can be listened to', { skip: !canLook }, () => {
  const heard = (pdf: Uint8Array, how: '-struct' | '-struct-text') => {
    const path = join(mkdtempSync(join(tmpdir(), 'besik-pdf-')), 'one.pdf')
    writeFileSync(path, pdf)
    return execFileSync('pdfinfo', [how, path], { encoding: 'utf8' })
  }

  test.for(['one of advanced training by an accredited centre', 'everything as long as it gets', 'a statement of attendance as long as it gets'])('%s: one heading, then every line once and in order, each column in its own language', async (shape) => {
    const statement = aStatement(shapes[shape])
    const pdf = await drawCertificate(statement, origin)
    const text = heard(pdf, '-struct-text')
    expect(text.match(/^ *H1 /gm)).toHaveLength(1)
    const { holder, course, document, centre, code } = readStatement(statement.body)
    const spoken = [...text.matchAll(/^ *"(.*)"$/gm)].map(([, words]) => words!.trim()).join('\n').toLocaleLowerCase('kk').replace(/\s+/g, ' ')
    const places = [document.titles.kk, document.confirms.kk, ...(document.template === 'attendance' ? [] : [holder.name, course.titles.kk, centre.names.ru]), code.slice(0, 4)].map((words) => spoken.indexOf(words.toLocaleLowerCase('kk')))
    expect(places.every((at) => at >= 0)).toBe(true)
    if (document.template === 'certificate') expect(places).toEqual(places.toSorted((one, other) => one - other))
    // All that is printed is also read, and nothing is read that isn't printed.
    const bare = (words: string) => [...words.replace(/\s+/g, '')].toSorted().join('')
    expect(bare(spoken)).toBe(bare(textOf(pdf, 'raw').toLocaleLowerCase('kk').replaceAll('\f', '')))
    const structure = unpacked(pdf)
    for (const language of ['kk', 'ru', 'en']) expect(structure).toMatch(new RegExp(`/K \\d+ */Lang \\(${language}\\)|/Lang \\(${language}\\)`))
    expect(structure).toContain(Buffer.from(`${origin}/v/${code}`, 'utf16le').swap16().toString('hex'))
  })
})
