import { blocks, withoutFacilitatorParts } from './blocks.ts'

const tag = /<\/?([A-Z]\w*)((?:\s+[A-Za-z][\w-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*\/?>/g

/**
 * What a lesson says, as one line of plain text: for search, never for a page. Blocks give their sentences (a question, a
 * caption, the rows of a chart); what is said of wrong answers and what is for facilitators is left out.
 */
export function plainText(body: string): string {
  return withoutFacilitatorParts(body)
    .replace(/\{\/\*[\s\S]*?\*\/\}/g, ' ')
    .replace(tag, (_, name: string, attributes: string) => {
      const kinds = blocks[name]?.attributes ?? {}
      const said = [...attributes.matchAll(/([A-Za-z][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].filter(([, attribute]) => kinds[attribute!] === 'text' && attribute !== 'feedback' && attribute !== 'alt')
      const text = said.map(([, , double, single]) => double ?? single).join('. ')
      // A term stands inside a word, with the ending that its sentence gives it.
      return text ? ` ${text}. ` : name === 'Term' ? '' : ' '
    })
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*\|?[\s:|-]*-{3,}[\s:|-]*$/gm, ' ')
    .replace(/^\s{0,3}(#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replace(/[*_`]+/g, '').replace(/\|/g, ' ')
    .replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&').replace(/&nbsp;/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** A question of a lesson with its answers, in plain text. */
export type PlainCheck = { question: string; options: { text: string; right: boolean; feedback: string }[] }

/** The checks of a lesson in their order, for a page where nothing can be opened. */
export function checksOf(body: string): PlainCheck[] {
  return [...withoutFacilitatorParts(body).matchAll(/<Check\s+question=(?:"([^"]*)"|'([^']*)')\s*>([\s\S]*?)<\/Check>/g)].map(([, double, single, inside]) => ({
    question: double ?? single ?? '',
    options: [...inside!.matchAll(/<Option(\s+right)?\s+feedback=(?:"([^"]*)"|'([^']*)')(\s+right)?\s*>([\s\S]*?)<\/Option>/g)].map(([, before, feedback, other, after, text]) => ({
      text: plainText(text!), right: Boolean(before ?? after), feedback: feedback ?? other ?? '',
    })),
  }))
}

/** The questions of a lesson's cases with their answers. */
export const revealsOf = (body: string): { question: string; answer: string }[] =>
  [...withoutFacilitatorParts(body).matchAll(/<Reveal\s+question=(?:"([^"]*)"|'([^']*)')\s*>([\s\S]*?)<\/Reveal>/g)].map(([, double, single, answer]) => ({ question: double ?? single ?? '', answer: plainText(answer!) }))
