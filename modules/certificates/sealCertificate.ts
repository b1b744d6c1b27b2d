import { SignPdf, Signer } from '@signpdf/signpdf'
import { drawCertificate } from './drawCertificate.ts'
import { type Identity, roomFor, sealed } from './sealing.ts'
import type { Signed } from './statement.ts'

class Seal extends Signer {
  readonly identity: Identity
  constructor(identity: Identity) {
    super()
    this.identity = identity
  }
  override async sign(bytes: Buffer) {
    return sealed(this.identity, bytes)
  }
}

/** `mark` is put on what was drawn before it is sealed: the seal stands over it. */
type Sealing = { credential?: string | null; mark?: (drawn: Uint8Array) => Buffer; at?: Date }

/**
 * Draws a certificate and signs the whole file with the organisation's key. Other bytes each time, for the time of signing is
 * in them: they are made once, and kept.
 */
export async function sealCertificate(signed: Signed, origin: string, identity: Identity, { credential, mark = Buffer.from, at = new Date() }: Sealing = {}): Promise<Buffer> {
  const drawn = await drawCertificate(signed, origin, { credential: credential ?? null, seal: { at, name: identity.name, room: roomFor(identity) } })
  return new SignPdf().sign(mark(drawn), new Seal(identity))
}
