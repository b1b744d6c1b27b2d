import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { texts } from '#modules/text.ts'

const step = z.int().min(1).max(12)

/** Shape of content/places/tiles.yaml. */
const tilesShape = z.array(z.object({ code: z.string().regex(/^KZ-\d{2}$/), row: step, column: step, letters: texts(4) }))

export type RegionTile = z.infer<typeof tilesShape>[number]

let read: RegionTile[] | undefined

/** Where every region stands on the map of tiles, and the letters written on it. */
export const regionTiles = (): readonly RegionTile[] => (read ??= tilesShape.parse(parse(readFileSync(resolve('content/places/tiles.yaml'), 'utf8'))))
