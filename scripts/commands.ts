import { backup } from './backup.ts'
import { certificateIssue } from './certificateIssue.ts'
import { certificateVerify } from './certificateVerify.ts'
import { classify } from './classify.ts'
import { collegeImport } from './collegeImport.ts'
import type { Command } from './command.ts'
import { coursePublish } from './coursePublish.ts'
import { keyCompromised } from './keyCompromised.ts'
import { keyList } from './keyList.ts'
import { keyRotate } from './keyRotate.ts'
import { ledgerExport } from './ledgerExport.ts'
import { ledgerVerify } from './ledgerVerify.ts'
import { migrate } from './migrate.ts'
import { packageBuild } from './packageBuild.ts'
import { personCreate } from './personCreate.ts'
import { reconcile } from './reconcile.ts'
import { restore } from './restore.ts'
import { rosterImport } from './rosterImport.ts'
import { seedDemoCommand } from './seed.ts'
import { seedScaleCommand } from './seedScale.ts'
import { serve } from './serve.ts'
import { tokenCreate } from './tokenCreate.ts'

/** Every command of `besik`, in the order of `besik --help`. */
export const commands: readonly Command[] = [
  serve, migrate, seedDemoCommand, seedScaleCommand, personCreate, tokenCreate, rosterImport, collegeImport, coursePublish, packageBuild, certificateIssue, certificateVerify, ledgerVerify, ledgerExport, keyList, keyRotate, keyCompromised, reconcile, classify, backup, restore,
]
