import type { Db } from '#db/client.ts'
import { eraseHolder } from '#modules/certificates/index.ts'
import { forgetViewsOf } from '#modules/counts/index.ts'
import { forgetRequester } from '#modules/procedures/index.ts'

/** What the modules above people hold of somebody who is erased, in the same transaction. */
export async function forgetEverywhere(tx: Db, personId: string): Promise<void> {
  await eraseHolder(tx, personId)
  await forgetRequester(tx, personId)
  await forgetViewsOf(tx, personId)
}
