// What the tests use of packages that come without types.

declare module '@digitalbazaar/vc' {
  type Loaded = { contextUrl: string | null; documentUrl: string; document: unknown }
  type Asked = { credential: object; suite: unknown; documentLoader: (url: string) => Promise<Loaded>; now?: Date; checkStatus?: (asked: { credential: any }) => Promise<{ verified: boolean; error?: Error }> }
  export function verifyCredential(asked: Asked): Promise<{ verified: boolean; error?: Error & { errors?: Error[] } }>
}

declare module '@digitalbazaar/data-integrity' {
  export const DataIntegrityProof: new (options: { cryptosuite: unknown }) => object
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: unknown
}
