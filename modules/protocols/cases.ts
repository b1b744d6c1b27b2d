import { z } from 'zod'
import { ageGroups, colours, textsShape } from './shapes.ts'

// What content/protocols/cases.yaml may say.

const finding = z.string().regex(/^[a-z][A-Za-z0-9]*$/)
const pair = z.tuple([z.int().min(0), z.int().min(0)])
const drawn = z.union([z.string(), z.array(z.string()).min(1), z.strictObject({ from: z.number(), to: z.number() }), z.strictObject({ belowLimit: pair }), z.strictObject({ fromLimit: pair })])
export type Drawn = z.infer<typeof drawn>
const set = z.record(finding, drawn)

export const casesShape = z.strictObject({
  names: z.array(z.strictObject({ sex: z.enum(['F', 'M']), name: textsShape })).min(2),
  places: z.array(textsShape).min(1),
  ages: z.strictObject({ child: z.array(z.int()), 'young-infant': z.array(z.int()) }),
  sentences: z.strictObject({ opening: textsShape, told: textsShape, found: textsShape, absent: textsShape, noDangerSigns: textsShape }),
  history: z.array(finding),
  gates: z.array(z.strictObject({ if: finding, asks: z.array(finding) })),
  base: z.strictObject({ child: set, 'young-infant': set }),
  presentations: z.array(z.strictObject({
    id: z.string(),
    for: z.array(z.enum(ageGroups)).min(1),
    colour: z.enum(colours),
    /** Weight for height, when it is part of the story. */
    z: z.tuple([z.number(), z.number()]).optional(),
    /** One or two of these are yes. */
    oneYes: z.array(finding).optional(),
    set,
  })),
})
export type Cases = z.infer<typeof casesShape>
