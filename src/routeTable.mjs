import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { doors } from './doors.ts'

const own = (route) => route.origin !== 'internal' && !route.pattern.startsWith('/_') && !onPaper(route)
/** Texts rendered at build for packages: the only pages without a door, for nobody is served them. */
const onPaper = (route) => route.pattern.startsWith('/paper/')

/** Writes the resolved routes beside the build and fails when a route has no door or a door has no route. */
export function routeTable() {
  let routes = []
  return {
    name: 'besik:route-table',
    hooks: {
      // In development the calls of the API stand beside the pages, as the server puts them.
      'astro:server:setup'({ server }) {
        server.middlewares.use(async (req, res, next) => {
          if (!req.url.startsWith('/api/v1/')) return next()
          try {
            const { serveCall } = await server.ssrLoadModule('/src/api/serve.ts')
            const { openInDevelopment } = await server.ssrLoadModule('/src/development.ts')
            await serveCall(req, res, { ...(await openInDevelopment()), requestId: crypto.randomUUID(), address: '' })
          } catch (error) {
            next(error)
          }
        })
      },
      'astro:routes:resolved'({ routes: resolved }) {
        routes = resolved.filter(own).map(({ pattern, type }) => ({ pattern, type }))
      },
      'astro:build:done'({ dir }) {
        // What is for facilitators is among them: they leave the folder that is served before anything can be.
        const paper = new URL('../paper', dir)
        rmSync(paper, { recursive: true, force: true })
        renameSync(new URL('paper', dir), paper)
        const patterns = new Set(routes.map((route) => route.pattern))
        const open = [...patterns].filter((pattern) => !(pattern in doors))
        const blind = Object.keys(doors).filter((pattern) => !patterns.has(pattern))
        if (open.length + blind.length > 0) {
          throw new Error(`src/doors.ts and the routes disagree. Without a door: ${open.join(', ') || 'none'}. Doors without a route: ${blind.join(', ') || 'none'}.`)
        }
        writeFileSync(fileURLToPath(new URL('../routes.json', dir)), JSON.stringify(routes, null, 2))
      },
    },
  }
}
