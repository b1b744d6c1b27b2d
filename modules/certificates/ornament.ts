import { type Colour, filled, polygon } from './pen.ts'

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
