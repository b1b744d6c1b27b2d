// ISO 3166-1 alpha-2, the officially assigned codes. Names come from Unicode CLDR by `Intl`, in the reader's language.

export const countryCodes: readonly string[] = (
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ '
  + 'DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT '
  + 'JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ '
  + 'OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ '
  + 'UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
).split(' ')

const known = new Set(countryCodes)
export const isCountry = (code: string): boolean => known.has(code)

/** Where Unicode's name is not the one that is used here. */
const ownNames: Record<string, Record<string, string>> = { ru: { KG: 'Кыргызстан' } }

const names = new Map<string, Intl.DisplayNames>()

/** The name of a country in a language. */
export function countryName(locale: string, code: string): string {
  const own = ownNames[locale]?.[code]
  if (own) return own
  if (!names.has(locale)) names.set(locale, new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' }))
  return names.get(locale)!.of(code) ?? code
}

/** Codes with names: Kazakhstan first, then as the reader's alphabet goes. */
export function countriesIn(locale: string): [code: string, name: string][] {
  const order = new Intl.Collator(locale)
  const others = countryCodes.filter((code) => code !== 'KZ').map((code): [string, string] => [code, countryName(locale, code)]).sort(([, one], [, other]) => order.compare(one, other))
  return [['KZ', countryName(locale, 'KZ')], ...others]
}
