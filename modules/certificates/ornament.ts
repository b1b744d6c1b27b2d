import { box, type Colour, filled, type Form, drawnLine, placed, polygon, stroked } from '#modules/pdf/index.ts'

// Qoshqar müyiz, the ram's horn: the oldest ornament of Kazakh felt and wood. A stem grows and parts into two horns that
// curl outward. Everything is computed once as outlines, so that a line can swell and thin like one that is carved.

type Point = readonly [x: number, y: number]

/** A stroke along a path whose width changes from point to point. */
function swelling(path: readonly Point[], width: (along: number) => number): Point[] {
  const sides: [Point[], Point[]] = [[], []]
  for (const [index, [x, y]] of path.entries()) {
    const [ax, ay] = path[Math.max(0, index - 1)]!
    const [bx, by] = path[Math.min(path.length - 1, index + 1)]!
    const length = Math.hypot(bx - ax, by - ay)
    const half = width(index / (path.length - 1)) / 2
    const [nx, ny] = [(-(by - ay) / length) * half, ((bx - ax) / length) * half]
    sides[0].push([x + nx, y + ny])
    sides[1].push([x - nx, y - ny])
  }
  return [...sides[0], ...sides[1].reverse()]
}

const circle = (x: number, y: number, radius: number, corners = 20): Point[] =>
  Array.from({ length: corners }, (_, index) => [x + radius * Math.cos((index * 2 * Math.PI) / corners), y + radius * Math.sin((index * 2 * Math.PI) / corners)])

export const diamond = (x: number, y: number, width: number, height = width): Point[] => [[x - width / 2, y], [x, y - height / 2], [x + width / 2, y], [x, y + height / 2]]

/**
 * The right horn: up from the foot, then clockwise around an eye, ever closer. `radius` is its reach to the side, `rise` the
 * height of its eye, `turns` how often it goes around.
 */
function horn({ radius, rise, turns = 1.45, stretch = 1, weight }: Shape): { outline: Point[]; tip: Point } {
  const path: Point[] = []
  for (let step = 0; step < 8; step++) path.push([0, (rise * step) / 8])
  const steps = Math.round(turns * 44)
  for (let step = 0; step <= steps; step++) {
    const angle = Math.PI - (step / steps) * turns * 2 * Math.PI
    const reach = radius * (1 - 0.8 * (step / steps) ** 0.8)
    path.push([radius + reach * Math.cos(angle) * 1, rise + reach * stretch * Math.sin(angle)])
  }
  const outline = swelling(path, (along) => weight * (0.55 + 0.75 * Math.sin(Math.PI * Math.min(1, along * 1.15)) ** 1.2))
  return { outline, tip: path.at(-1)! }
}

type Shape = { radius: number; rise: number; turns?: number; stretch?: number; weight: number }

/** Both horns on one foot at the origin, growing upwards. */
export function horns(shape: Shape, colour: Colour): string {
  const { outline, tip } = horn(shape)
  const bead = circle(tip[0], tip[1], shape.weight * 0.72)
  const mirror = (points: Point[]) => points.map(([x, y]) => [-x, y] as const)
  return [filled(colour), polygon(outline), polygon(mirror(outline)), polygon(bead), polygon(mirror(bead))].join('\n')
}

const teal: Colour = '#0b6e6e'
const turquoise: Colour = '#00afca'
const sun: Colour = '#ffc93c'

/** How far the frame's outer and inner lines stand from the edge of the paper. */
const outer = 22
const inner = 54


/** What every certificate has, drawn once: a horn of the band, its corner, the crest, and the frame of a page made of them. */
export function ornaments(page: { width: number; height: number }): Record<string, Form> {
  return (carved ??= carve(page))
}

let carved: Record<string, Form> | undefined

function carve(page: { width: number; height: number }): Record<string, Form> {
  const small = horns({ radius: 5.9, rise: 9, turns: 1.32, weight: 1.3 }, teal)
  const corner = [0, 1, 2, 3].map((quarter) => turned(quarter, `1 0 0 1 0 2.2 cm ${horns({ radius: 3.1, rise: 4.2, turns: 1.2, weight: 0.95 }, teal)}`))
  return {
    H: { content: `${small}\n${filled(sun)} ${polygon(diamond(0, 18.6, 2.8))}`, bounds: [-14, -1, 14, 21] },
    C: { content: `${corner.join('\n')}\n${filled(sun)} ${polygon(diamond(0, 0, 3.6))}`, bounds: [-16, -16, 16, 16] },
    F: { content: horns({ radius: 6.4, rise: 6.6, turns: 1.4, weight: 1.5 }, teal), bounds: [-16, -1, 16, 18] },
    P: { content: frame(page), bounds: [0, 0, page.width, page.height], uses: ['H', 'C'] },
  }
}

const turned = (quarters: number, content: string) => `q ${['1 0 0 1', '0 1 -1 0', '-1 0 0 -1', '0 -1 1 0'][quarters]} 0 0 cm ${content} Q`

/** The frame of the page: two lines, and between them horns that grow from the one and from the other in turn. */
function frame(page: { width: number; height: number }): string {
  const parts = [
    `${stroked(teal, 1.1)} ${box(outer, outer, page.width - 2 * outer, page.height - 2 * outer)} S`,
    `${stroked(teal, 0.5)} ${box(inner, inner, page.width - 2 * inner, page.height - 2 * inner)} S`,
    `${stroked(turquoise, 0.4)} ${box(inner + 3, inner + 3, page.width - 2 * inner - 6, page.height - 2 * inner - 6)} S`,
  ]
  const middle = (outer + inner) / 2
  for (const x of [middle, page.width - middle]) for (const y of [middle, page.height - middle]) parts.push(placed('C', x, y))
  const along = (length: number, place: (at: number, inward: boolean) => string) => {
    // An odd number, so that both ends are alike.
    const count = Math.floor(length / 24 / 2) * 2 + 1
    for (let index = 0; index < count; index++) parts.push(place(inner + (length / count) * (index + 0.5), index % 2 === 0))
  }
  along(page.width - 2 * inner, (x, inward) => (inward ? placed('H', x, page.height - outer, 2) : placed('H', x, page.height - inner, 0)))
  along(page.width - 2 * inner, (x, inward) => (inward ? placed('H', x, outer, 0) : placed('H', x, inner, 2)))
  along(page.height - 2 * inner, (y, inward) => (inward ? placed('H', outer, y, 3) : placed('H', inner, y, 1)))
  along(page.height - 2 * inner, (y, inward) => (inward ? placed('H', page.width - outer, y, 1) : placed('H', page.width - inner, y, 3)))
  return parts.join('\n')
}

/** A horn between two lines: it parts the title from what follows. */
export const flourish = (x: number, y: number, reach = 150) =>
  [stroked(teal, 0.6), drawnLine(x - 25, y, x - reach, y), drawnLine(x + 25, y, x + reach, y), filled(sun), polygon(diamond(x + 19, y, 3.6)), polygon(diamond(x - 19, y, 3.6)), placed('F', x, y - 7)].join('\n')

/** A hairline with a diamond in its middle. */
export const rule = (x: number, y: number, reach: number, colour: Colour) =>
  [stroked(colour, 0.7), drawnLine(x - reach, y, x - 6, y), drawnLine(x + 6, y, x + reach, y), filled(turquoise), polygon(diamond(x, y, 4))].join('\n')
