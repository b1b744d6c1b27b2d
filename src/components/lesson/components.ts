type Component = import('astro/runtime/server/index.js').AstroComponentFactory
type Files = Record<string, { default: Component }>

const blocks: Files = import.meta.glob('./*.astro', { eager: true })
const prose: Files = import.meta.glob('./prose/*.astro', { eager: true })

/**
 * What a lesson may use by name: each component of this folder. What their attributes are stands in modules/courses/blocks.ts, which
 * checks what authors write. Tables of Markdown get a frame of their own.
 */
export const components: Record<string, Component> = {
  ...Object.fromEntries(Object.entries(blocks).map(([path, { default: component }]) => [path.slice('./'.length, -'.astro'.length), component])),
  table: prose['./prose/Table.astro']!.default,
}

/** The same for a page that holds several lessons, where a lesson's headings stand one rank lower. */
export const nested: Record<string, Component> = { ...components, h2: prose['./prose/Second.astro']!.default, h3: prose['./prose/Third.astro']!.default, h4: prose['./prose/Third.astro']!.default }
