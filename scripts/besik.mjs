#!/usr/bin/env node
// The command line, from whatever Node started it: it goes on under the project's own.
import { install, run } from './prepare.mjs'

install()
process.exit(await run(['scripts/besik.ts', ...process.argv.slice(2)]))
