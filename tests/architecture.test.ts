import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'

const files = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder).flatMap((name) => {
        const path = join(folder, name)
        return statSync(path).isDirectory() ? files(path) : [path]
      })
    : []
const read = (path: string) => readFileSync(path, 'utf8')
const code = ['src', 'modules', 'db', 'scripts', 'tests'].flatMap(files).filter((path) => /\.(ts|mjs|astro)$/.test(path))

const ranks = ['keys', 'words', 'pdf', 'ledger', 'jobs', 'notices', 'places', 'people', 'protocols', 'courses', 'cohorts', 'timetable', 'attendance', 'assessment', 'certificates', 'rosters', 'planning', 'followup', 'packages', 'procedures', 'adoptions', 'reports', 'counts', 'trail', 'quality', 'overview', 'reconciliation', 'exchange']

const owners: Record<string, string> = {
  regions: 'places', academies: 'places', centres: 'places', accreditations: 'places', rooms: 'places', facilities: 'places', colleges: 'places',
  persons: 'people', memberships: 'people', sessions: 'people', invitations: 'people', recoveryCodes: 'people', tokens: 'people', consents: 'people', limits: 'people', denials: 'people',
  entries: 'ledger', heads: 'ledger', nodes: 'ledger', checkpoints: 'ledger', publicKeys: 'ledger',
  jobs: 'jobs', idempotencyKeys: 'jobs', notices: 'notices',
  editions: 'courses', lessons: 'courses', items: 'courses', stations: 'courses', progress: 'courses', bookmarks: 'courses', errorReports: 'courses',
  cohorts: 'cohorts', enrolments: 'cohorts', quotas: 'cohorts', seats: 'cohorts', heldPlaces: 'cohorts', leavings: 'cohorts', nominations: 'cohorts', demands: 'cohorts',
  cohortTrainers: 'timetable', cohortSites: 'timetable', overrides: 'timetable', trainers: 'timetable', absences: 'timetable',
  attendance: 'attendance', attendanceReopenings: 'attendance',
  targets: 'planning', needs: 'planning', requests: 'planning', requestTrainers: 'planning', holidays: 'places', workplaces: 'people', merges: 'people', distinctPersons: 'people',
  followups: 'followup', followupCorrections: 'followup', evaluations: 'followup', evaluators: 'followup', suggestions: 'followup', meetings: 'followup', meetingPoints: 'followup', supervisions: 'followup', indicatorValues: 'followup',
  assessments: 'assessment', learningSums: 'assessment', attempts: 'assessment', answers: 'assessment', observations: 'assessment', logbook: 'assessment', removals: 'assessment', regrades: 'assessment', extraTimes: 'assessment',
  packages: 'packages', packageBuilds: 'packages', downloads: 'packages', changeRequests: 'packages', changeAnswers: 'packages', procedureRequests: 'procedures',
  adoptions: 'adoptions', adoptionSteps: 'adoptions', evidenceFiles: 'adoptions', programmes: 'adoptions', programmeLines: 'adoptions', staffClaims: 'adoptions', reportNumbers: 'reports', adoptionReports: 'reports',
  savedViews: 'counts', monthlyStatements: 'reconciliation', reconciliations: 'reconciliation', dhis2Mappings: 'exchange',
  serials: 'certificates', certificates: 'certificates', tallies: 'certificates', holdings: 'certificates', statements: 'certificates', certificateFiles: 'certificates', revocations: 'certificates', credentials: 'certificates', issuePlans: 'certificates', issueBatches: 'certificates', batchCertificates: 'certificates', expiryReminders: 'certificates', certificateKinds: 'certificates',
}

describe('the walls', () => {
  test('the root holds only the agreed names', () => {
    const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n').map((path) => path.split('/')[0]!)
    const agreed = ['src', 'content', 'modules', 'db', 'scripts', 'tests', 'package.json', 'package-lock.json', 'tsconfig.json', 'astro.config.mjs', 'README.md', 'LICENSE']
    expect([...new Set(tracked)].filter((name) => !name.startsWith('.') && !agreed.includes(name))).toEqual([])
  })

  test('folders are nouns of the field: none is called utils, helpers, lib, misc or common', () => {
    expect(code.filter((path) => /(^|\/)(utils?|helpers?|lib|misc|common|services?)(\/|\.ts$)/.test(path))).toEqual([])
  })

  test('a module imports downwards only, and enters another by its index', () => {
    const wrong: string[] = []
    for (const path of files('modules').filter((one) => one.endsWith('.ts'))) {
      const own = path.split('/')[1]!
      for (const [, target = '', inside = ''] of read(path).matchAll(/from '#modules\/([a-z]+)\/([^']+)'/g)) {
        if (inside !== 'index.ts') wrong.push(`${path} enters ${target} by ${inside}`)
        if (ranks.includes(own) && ranks.indexOf(target) >= ranks.indexOf(own)) wrong.push(`${path} imports ${target}, which stands above or beside it`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('nothing climbs out of its folder: what lies elsewhere is named from its root', () => {
    expect(code.filter((path) => /(?:from|import) '\.\.\/|import\('\.\.\//.test(read(path)))).toEqual([])
  })

  test('every module is in the list of ranks and has a README', () => {
    const modules = readdirSync('modules').filter((name) => statSync(join('modules', name)).isDirectory())
    expect(modules.filter((name) => !ranks.includes(name))).toEqual([])
    expect(modules.filter((name) => !existsSync(join('modules', name, 'README.md')))).toEqual([])
  })

  test('a module writes only its own tables', () => {
    const wrong: string[] = []
    for (const path of files('modules').filter((one) => one.endsWith('.ts'))) {
      const own = path.split('/')[1]!
      for (const [, table = ''] of read(path).matchAll(/\.(?:insert|update|delete)\((?:schema\.)?(\w+)\)/g)) {
        if (owners[table] && owners[table] !== own) wrong.push(`${path} writes ${table}, which belongs to ${owners[table]}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('only these files of src may see the database', () => {
    const allowed = ['src/development.ts', 'src/middleware.ts', 'src/server.ts', 'src/readiness.ts', 'src/api/respond.ts', 'src/work.ts']
    const wrong = files('src').filter((path) => /\.(ts|astro)$/.test(path) && !allowed.includes(path) && /^import (?!type).*from '(#db\/|drizzle-orm)/m.test(read(path)))
    expect(wrong).toEqual([])
  })

  test('no page uses what has led to advisories: remote images, define:vars, server islands, client router, element spread', () => {
    const wrong = files('src').filter((path) => path.endsWith('.astro') && /define:vars|server:defer|ClientRouter|inferSize|transition:|<[a-z][\w-]*[^>]*\{\.\.\./.test(read(path)))
    expect(wrong).toEqual([])
  })

  test('inline style and inline script stay out: the content policy would stop them', () => {
    expect(files('src').filter((path) => path.endsWith('.astro') && /\sstyle=|is:inline|<style|onclick=/.test(read(path)))).toEqual([])
  })

  test('raw SQL is never built from text', () => {
    expect(files('modules').filter((path) => /sql\.raw\(|sql\.identifier\(/.test(read(path)))).toEqual([])
  })

  test('no file has outgrown its noun (300 lines)', () => {
    expect(code.filter((path) => !path.includes('/data/') && read(path).split('\n').length > 300).map((path) => `${basename(path)} ${read(path).split('\n').length}`)).toEqual([])
  })
})

describe('what is sent to a browser', () => {
  const sent = files('dist/client')

  test.skipIf(sent.length === 0)('no source map is published', () => {
    expect(sent.filter((path) => path.endsWith('.map') || (path.endsWith('.js') && read(path).includes('sourceMappingURL')))).toEqual([])
  })

  test.skipIf(sent.length === 0)('no answer key travels with a script', () => {
    expect(sent.filter((path) => path.endsWith('.js') && /rationale|imci-1-|passPercent/.test(read(path)))).toEqual([])
  })
})
