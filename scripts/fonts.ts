// Makes the fonts of the product from the full ones, which come from npm under the SIL Open Font License: `npm run fonts`.
// The small files are committed, so that neither a build nor a certificate depends on this script.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import subsetFont from 'subset-font'

const packages = 'node_modules/@expo-google-fonts'

const range = (from: number, to: number) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, index) => from + index))

const ascii = range(0x20, 0x7e)
const kazakh = 'ӘәҒғҚқҢңӨөҰұҮүҺһІі'
const russian = range(0x410, 0x44f) + 'Ёё'
/** Quotes, dashes, № · • … × − ° § ¹²³, the tenge, and the spaces that don't break. */
const signs = '«»“”„‘’‚‹›–—‑…№·•×−±°§©®¹²³½¼¾€₸≤≥≈←→↑↓\u00a0\u2009\u202f'
/** Names of people from elsewhere: Western, Turkish, Baltic, Romanian, Azerbaijani; neighbours in Cyrillic; the apostrophes of Uzbek. */
const foreign = range(0xc0, 0x17f) + 'ƏəȘșȚț' + range(0x400, 0x45f) + 'ҐґҒғҖҗҚқҢңҮүҰұҲҳҶҷҺһӀӢӣӘәӨөӮӯӰӱӲӳӸӹʻʼ'

/** What a font for drawing certificates keeps: letters anybody may have in a name, and the kerning between them. */
const printed = ascii + russian + kazakh + signs + foreign
/** What fonts for printed courses keep: the three languages, and the small figures of SpO₂ and CO₂. */
const taught = ascii + russian + kazakh + signs + '₀₁₂₃₄ʼ' + range(0xc0, 0xff)
/** What an interface font keeps: the three languages. A rarer letter in a name falls back to the device's own font. */
const shown = ascii + russian + kazakh + signs

type Font = { from: string; to: string; text: string; format: 'sfnt' | 'woff2'; features: string[]; limit: number }

const fonts: Font[] = [
  { from: 'noto-serif/400Regular/NotoSerif_400Regular.ttf', to: 'modules/pdf/fonts/NotoSerif-Regular.ttf', text: printed, format: 'sfnt', features: ['kern', 'ccmp', 'mark'], limit: 80 },
  { from: 'noto-serif/700Bold/NotoSerif_700Bold.ttf', to: 'modules/pdf/fonts/NotoSerif-Bold.ttf', text: printed, format: 'sfnt', features: ['kern', 'ccmp', 'mark'], limit: 80 },
  { from: 'noto-serif/400Regular/NotoSerif_400Regular.ttf', to: 'modules/packages/fonts/NotoSerif-Regular.ttf', text: taught, format: 'sfnt', features: ['kern', 'ccmp'], limit: 60 },
  { from: 'noto-serif/400Regular_Italic/NotoSerif_400Regular_Italic.ttf', to: 'modules/packages/fonts/NotoSerif-Italic.ttf', text: taught, format: 'sfnt', features: ['kern', 'ccmp'], limit: 60 },
  { from: 'noto-serif/700Bold/NotoSerif_700Bold.ttf', to: 'modules/packages/fonts/NotoSerif-Bold.ttf', text: taught, format: 'sfnt', features: ['kern', 'ccmp'], limit: 60 },
  { from: 'golos-text/400Regular/GolosText_400Regular.ttf', to: 'modules/packages/fonts/Golos-Regular.ttf', text: taught, format: 'sfnt', features: ['kern', 'tnum'], limit: 60 },
  { from: 'golos-text/600SemiBold/GolosText_600SemiBold.ttf', to: 'modules/packages/fonts/Golos-SemiBold.ttf', text: taught, format: 'sfnt', features: ['kern', 'tnum'], limit: 60 },
  { from: 'golos-text/400Regular/GolosText_400Regular.ttf', to: 'src/public/fonts/golos-regular.woff2', text: shown, format: 'woff2', features: ['kern', 'tnum'], limit: 20 },
  { from: 'golos-text/600SemiBold/GolosText_600SemiBold.ttf', to: 'src/public/fonts/golos-semibold.woff2', text: shown, format: 'woff2', features: ['kern', 'tnum'], limit: 20 },
  { from: 'noto-serif/700Bold/NotoSerif_700Bold.ttf', to: 'src/public/fonts/noto-serif-bold.woff2', text: shown, format: 'woff2', features: ['kern'], limit: 30 },
]

const licences = [
  { from: 'noto-serif/LICENSE_FONT', to: 'modules/pdf/fonts/OFL.txt' },
  { from: 'noto-serif/LICENSE_FONT', to: 'modules/packages/fonts/NotoSerif-OFL.txt' },
  { from: 'golos-text/LICENSE_FONT', to: 'modules/packages/fonts/Golos-OFL.txt' },
  { from: 'noto-serif/LICENSE_FONT', to: 'src/public/fonts/noto-serif-OFL.txt' },
  { from: 'golos-text/LICENSE_FONT', to: 'src/public/fonts/golos-OFL.txt' },
]

for (const font of fonts) {
  const whole = await readFile(join(packages, font.from))
  const small = await subsetFont(whole, font.text, { targetFormat: font.format, keepFeatures: font.features, noHinting: true, preserveNameIds: [0, 5, 13, 14] })
  await mkdir(join(font.to, '..'), { recursive: true })
  await writeFile(font.to, small)
  const kilobytes = small.length / 1024
  console.log(`${font.to}: ${kilobytes.toFixed(1)} KB of ${(whole.length / 1024).toFixed(0)}`)
  if (kilobytes > font.limit) throw new Error(`${font.to} is over ${font.limit} KB`)
}
for (const licence of licences) await copyFile(join(packages, licence.from), licence.to)
