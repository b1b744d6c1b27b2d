import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentFolder, coursesIn, readCourse } from '#modules/courses/index.ts'
import { locales } from '#modules/words/index.ts'
import { type Server, startServer, Visitor } from '#tests/server.ts'
import { lessonFonts, mostOfLesson, mostOfScripts } from '#tests/weights.ts'

// What a lesson costs on a slow network, as the built server sends it packed: the page with its drawings, its styles, the
// letters, and its scripts with all that they import. A browser looks at some of them in blocks.test.ts.

let server: Server
let cookie: string

beforeAll(async () => {
  server = await startServer()
  const trainee = await new Visitor(server).signIn('trainee@demo.kz')
  cookie = [...trainee.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
})
afterAll(() => server.stop())

/** The bytes on the wire, packed if the server packs it. */
const fetchPacked = (path: string, encoding = 'gzip') => new Promise<{ status: number; bytes: Buffer }>((resolve, reject) => {
  get(new URL(path, server.origin), { headers: { cookie, 'accept-encoding': encoding } }, (answer) => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject).on('end', () => resolve({ status: answer.statusCode!, bytes: Buffer.concat(chunks) }))
  }).on('error', reject)
})

const known = new Map<string, Promise<{ weight: number; imports: string[] }>>()
/** A style, a font or a script: what it weighs, and the scripts that it asks for. */
function part(path: string) {
  const weigh = async () => {
    const [packed, plain] = [await fetchPacked(path), await fetchPacked(path, 'identity')]
    expect([path, packed.status]).toEqual([path, 200])
    const imports = path.endsWith('.js') ? [...plain.bytes.toString().matchAll(/(?:from|import)\s*["'](\.?\/?[^"']+\.js)["']/g)].map(([, name]) => new URL(name!, new URL(path, server.origin)).pathname) : []
    return { weight: packed.bytes.length, imports }
  }
  if (!known.has(path)) known.set(path, weigh())
  return known.get(path)!
}

async function scriptsOf(paths: string[], seen = new Set<string>()): Promise<string[]> {
  for (const path of paths) {
    if (seen.has(path)) continue
    seen.add(path)
    await scriptsOf((await part(path)).imports, seen)
  }
  return [...seen]
}

const sum = async (paths: string[]) => (await Promise.all(paths.map(part))).reduce((total, { weight }) => total + weight, 0)

describe.each(coursesIn())('%s', (course) => {
  const { lessons } = readCourse(contentFolder(), course)

  test.each(locales)('every lesson comes in sixty kilobytes, its scripts in fifteen: %s', async (locale) => {
    const fonts = await sum(lessonFonts.map((name) => `/fonts/${name}.woff2`))
    const heavy: string[] = []
    expect(lessons.length).toBeGreaterThan(10)
    for (const { slug, bodies } of lessons) {
      const path = `/${locale}/learn/courses/${course}/1/${slug}`
      const plain = await fetchPacked(path, 'identity')
      expect([path, plain.status]).toEqual([path, 200])
      const html = plain.bytes.toString()
      const styles = [...html.matchAll(/<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"|<link[^>]+href="([^"]+)"[^>]+rel="stylesheet"/g)].map(([, one, other]) => one ?? other!)
      expect([path, styles.length > 0]).toEqual([path, true])
      const pictures = [...html.matchAll(/<img[^>]+src="(\/[^"]+)"/g)].map(([, name]) => name!)
      const scripts = await sum(await scriptsOf([...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map(([, name]) => name!)))
      // A drill that counts can't do so without a script: were none found, nothing would have been weighed.
      expect([path, scripts > 500]).toEqual([path, /<(CountingDrill|DoseTable|PlanCalculator)/.test(bodies[locale])])
      const whole = (await fetchPacked(path)).bytes.length + (await sum([...styles, ...pictures])) + fonts + scripts
      if (whole > mostOfLesson || scripts > mostOfScripts) heavy.push(`${path}: ${whole} bytes, scripts ${scripts}`)
    }
    expect(heavy).toEqual([])
  })
})
