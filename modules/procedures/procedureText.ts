/** Words of a text, and whether they stand out. */
export type Run = { text: string; bold: boolean }
export type Part =
  | { kind: 'heading' | 'paragraph' | 'note'; runs: Run[] }
  | { kind: 'list'; ordered: boolean; items: Run[][] }
  | { kind: 'table'; rows: Run[][][] }

const shown = new Set(['Steps', 'Note', 'Term'])

/**
 * The text of a procedure as a document for a text editor has it: headings, paragraphs, lists and tables. Null when it holds
 * a block that only a page can show, such as a box of the chart: a document without it would leave out what matters.
 */
export function partsOfText(body: string): Part[] | null {
  if ([...body.matchAll(/<\/?([A-Z]\w*)/g)].some(([, name]) => !shown.has(name!))) return null
  const parts: Part[] = []
  let note = false
  let open = false
  for (const line of body.replace(/<\/?Term[^>]*>/g, '').replace(/<\/?(?:Steps|Note)>/g, '\n$&\n').split('\n').map((one) => one.trim())) {
    const [, sign = '', rest = ''] = /^(#{2,4}|-|\d+\.|\|)\s*(.*)$/.exec(line) ?? []
    const last = parts.at(-1)
    if (line === '' || line.startsWith('<')) {
      if (line.includes('Note')) note = line === '<Note>'
    } else if (sign.startsWith('#')) parts.push({ kind: 'heading', runs: runsOf(rest) })
    else if (sign === '|') {
      if (!/^\|[\s:|-]+\|$/.test(line)) {
        const row = line.replace(/^\||\|$/g, '').split('|').map((cell) => runsOf(cell.trim()))
        if (open && last?.kind === 'table') last.rows.push(row)
        else parts.push({ kind: 'table', rows: [row] })
      }
    } else if (sign) {
      const ordered = sign !== '-'
      // A list goes on over an empty line, as Markdown has it; a numbered one begins anew with 1.
      if (last?.kind === 'list' && last.ordered === ordered && sign !== '1.') last.items.push(runsOf(rest))
      else parts.push({ kind: 'list', ordered, items: [runsOf(rest)] })
    } else if (open && (last?.kind === 'paragraph' || last?.kind === 'note')) last.runs.push({ text: ' ', bold: false }, ...runsOf(line))
    else parts.push({ kind: note ? 'note' : 'paragraph', runs: runsOf(line) })
    open = line !== '' && !line.startsWith('<')
  }
  return parts
}

/** A sentence in its runs: what stands between double asterisks is bold. */
const runsOf = (text: string): Run[] => text.split('**').map((one, at) => ({ text: one, bold: at % 2 === 1 })).filter((run) => run.text !== '')
