import type { APIRoute } from 'astro'
import { origin, publicKeys, verifierKey } from '#modules/ledger/index.ts'

/**
 * Every public key that ever signed, so that certificates and checkpoints can be checked without asking us again. `spki` is
 * DER in base64; `verifier` is the same key in the form that verifiers of signed notes expect. A key with `notAfter` has
 * ended: what it signed until then holds. With `compromisedSince`, what it signed from then on does not; `reason` says why.
 */
export const GET: APIRoute = async ({ locals: { db } }) => {
  const keys = (await publicKeys(db)).map(({ kid, purpose, spki, notBefore, notAfter, compromisedSince, reason }) => ({
    kid, purpose, algorithm: 'Ed25519', spki, notBefore, notAfter, compromisedSince, reason, ...(purpose === 'checkpoint' ? { verifier: verifierKey(spki) } : {}),
  }))
  return Response.json({ ledger: origin, keys }, { headers: { 'Cache-Control': 'public, max-age=300' } })
}
