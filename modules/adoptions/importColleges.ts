import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { addCollege } from '#modules/places/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { forgetRoster, keptRoster } from '#modules/rosters/index.ts'
import { keepListedProgramme } from './listedProgramme.ts'
import type { PlannedCollege } from './planColleges.ts'
import { mayImportColleges } from './policy.ts'
import { planOf, previewCollegesInput, previewOf } from './previewColleges.ts'
import { beginAdoption } from './startAdoption.ts'
import { keepStep, lockAdoption } from './steps.ts'

export const importCollegesInput = previewCollegesInput

export type ImportedColleges = { colleges: number; adoptions: number; steps: number }

/**
 * Takes an uploaded list in: new colleges are added, and what they and known ones have done is recorded step by step, each with its
 * entry in the ledger; all of it or nothing. Nobody is written to: a list tells of what was. The file is deleted afterwards. For
 * administrators. Refuses `colleges.wrong-lines` {n}, `roster.expired` and what `previewColleges` does.
 */
export async function importColleges(db: Db, actor: Actor, input: z.infer<typeof importCollegesInput>): Promise<ImportedColleges> {
  permit(mayImportColleges(actor))
  const { bytes } = await keptRoster(actor, input.digest)
  const done = await takeColleges(db, actor, bytes, input.course)
  await forgetRoster(actor, input.digest)
  return done
}

/** The same for a file at hand, as the command line has it. */
export function takeColleges(db: Db, actor: Actor, bytes: Uint8Array, course: string | undefined): Promise<ImportedColleges> {
  return transact(db, async (tx) => {
    permit(mayImportColleges(actor))

    // One list at a time: two with the same new college would add it twice.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('import colleges'))`)
    // Read anew inside the transaction: colleges and their steps may have changed since somebody looked.
    const { lines, colleges } = await planOf(tx, bytes, course)
    const { counts } = previewOf(lines, [])
    if (counts.wrong > 0) throw new Refusal('colleges.wrong-lines', { n: counts.wrong })

    const done = { colleges: 0, adoptions: 0, steps: 0 }
    for (const planned of colleges) {
      const collegeId = planned.id ?? (await addCollege(tx, actor, planned.college)).id
      if (planned.id === null) done.colleges++
      for (const one of planned.adoptions) {
        if (one.steps.length === 0) continue
        if (one.adoptionId === null) done.adoptions++
        done.steps += await carryOn(tx, actor, collegeId, one)
      }
    }
    return done
  })
}

async function carryOn(tx: Db, actor: Actor, collegeId: string, { editionId, adoptionId, programme, steps }: PlannedCollege['adoptions'][number]): Promise<number> {
  const adoption = adoptionId === null ? await beginAdoption(tx, actor, collegeId, editionId) : await lockAdoption(tx, adoptionId)
  if (programme) await keepListedProgramme(tx, actor, adoption, programme)
  for (const step of steps) await keepStep(tx, actor, adoption, step)
  return steps.length
}
