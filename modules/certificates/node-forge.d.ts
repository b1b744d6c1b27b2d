declare module 'node-forge' {
  type Asn1 = { readonly asn1: unique symbol }
  type Bag = { key?: object | null; cert?: object | null; asn1?: Asn1 }
  const forge: {
    util: { createBuffer(bytes: string): object }
    asn1: { fromDer(bytes: object): Asn1; toDer(value: Asn1): { getBytes(): string } }
    pki: {
      oids: Record<'certBag' | 'keyBag' | 'pkcs8ShroudedKeyBag', string>
      privateKeyToAsn1(key: object): Asn1
      wrapRsaPrivateKey(key: Asn1): Asn1
      certificateToAsn1(certificate: object): Asn1
    }
    pkcs12: { pkcs12FromAsn1(value: Asn1, strict: boolean, password: string): { getBags(filter: { bagType: string }): Record<string, Bag[]> } }
  }
  export default forge
}
