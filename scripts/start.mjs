// npm start: install what is missing, build if stale, then migrate, seed the demo into an empty database, and serve.
import { build, install, run } from './prepare.mjs'

install()
const origin = process.env.PUBLIC_ORIGIN ?? 'http://127.0.0.1'
const loopback = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(origin)
const env = { DEMO: process.env.DEMO ?? (loopback ? 'on' : 'off') }
if (process.argv.includes('--dev')) {
  const prepared = await run(['scripts/besik.ts', 'migrate', '--demo'], { env })
  process.exit(prepared || (await run(['node_modules/astro/bin/astro.mjs', 'dev', '--port', process.env.PORT ?? '4321'], { env })))
}
build()
process.exit(await run(['scripts/besik.ts', 'serve'], { env }))
