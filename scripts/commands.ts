import type { Command } from './command.ts'
import { migrate } from './migrate.ts'
import { serve } from './serve.ts'

/** Every command of `besik`, in the order of `besik --help`. */
export const commands: readonly Command[] = [serve, migrate]
