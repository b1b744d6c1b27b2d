// npm run torture: the long forms of the crash, race and tamper tests, up to an hour.
import { build, install, run } from './prepare.mjs'

install()
build()
process.exit(await run(['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts', '--project', 'races', '--project', 'unit', 'races', 'ledger', 'cohorts', 'mergeHistories'], { env: { TORTURE: '1' } }))
