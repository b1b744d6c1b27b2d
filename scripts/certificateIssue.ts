import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { issueCertificates, planIssue, planIssueInput } from '#modules/certificates/index.ts'
import { type Command, WrongUsage } from './command.ts'

/** Prints a plan of what would be issued, and with `--commit` issues by it: that or nothing. People are named by id: what a terminal shows is often kept. */
export const certificateIssue: Command = {
  name: 'certificate issue',
  summary: 'shows who of a cohort is eligible; with --commit issues their certificates',
  usage: 'certificate issue --cohort ID [--attendance] [--commit] [--json]',
  async run({ db, args, print }) {
    const { values } = parseArgs({
      args, options: { cohort: { type: 'string' }, attendance: { type: 'boolean', default: false }, commit: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    })
    const input = planIssueInput.safeParse({ cohortId: values.cohort, wish: values.attendance ? 'attendance' : 'main' })
    if (!input.success) throw new WrongUsage('--cohort wants the id of a cohort')
    const actor = system('command-line')
    const { planId, preview, decided, toIssue } = await planIssue(db, actor, input.data)
    const serials = new Map(preview.people.map((one) => [one.personId, one.certificate?.serial]))
    const foreseen = {
      issued: decided.people.flatMap(({ personId, kind, held }): Line[] => (held ? [{ personId, serial: serials.get(personId)! }] : kind ? [{ personId, serial: null }] : [])),
      refused: decided.people.filter((one) => !one.held && !one.kind).map(({ personId, codes }) => ({ personId, codes })),
    }
    const plan = { planId, kind: preview.kind.kind, toIssue, stopped: preview.stopped }
    const outcome = values.commit ? await issueCertificates(db, actor, { cohortId: input.data.cohortId, planId }) : foreseen
    if (values.json) print(JSON.stringify({ committed: values.commit, plan, ...outcome }, null, 2))
    else inWords(outcome, values.commit, plan).forEach(print)
    return outcome.issued.length === 0 && outcome.refused.length > 0 ? 1 : 0
  },
}

type Line = { personId: string; serial: string | null }
type Shown = { issued: Line[]; refused: { personId: string; codes: string[] }[]; batchId?: string }

const inWords = ({ issued, refused, batchId }: Shown, committed: boolean, plan: { planId: string; kind: string; toIssue: number; stopped: boolean }) => [
  `Plan ${plan.planId}: ${plan.toIssue} of kind ${plan.kind} to issue.${plan.stopped ? ' All issuing is stopped.' : ''}`,
  ...issued.map((one) => `${one.personId}  ${one.serial ?? 'would be issued'}`),
  ...refused.map((one) => `${one.personId}  not eligible: ${one.codes.join(', ')}`),
  `${issued.length} ${committed ? 'hold a certificate' : 'eligible'}, ${refused.length} not eligible.${committed ? '' : ' Nothing was issued: add --commit to issue.'}`,
  ...(batchId ? [`Batch ${batchId}: its holders are told when the centre’s time for taking it back is over.`] : []),
]
