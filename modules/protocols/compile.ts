import type { Comparison, Condition, Finding } from './shapes.ts'

/** No, yes, unknown. Unknown is never no. */
export type Answer3 = 0 | 1 | 2
const no = 0
const yes = 1
const unknown = 2

/** One child while it is classified. Reused from child to child: nothing of it may leave `classify`. */
export type Scratch = {
  /** By finding: 1 or 0 for yes or no, the option's number, or the measured value; NaN is unknown. */
  values: Float64Array
  /** By fact: its answer, or 3 while nobody asked. */
  facts: Uint8Array
  /** By rule: is it the classification of its box? */
  rules: Uint8Array
}

/** A condition made ready. */
export type Node = {
  test(child: Scratch): Answer3
  /** What made it true: ids of findings, or `rule:` and an id. */
  fired(child: Scratch, out: string[]): void
  /** What made it false, where that is a sign too: “not better after the trial” is because of the signs after it. */
  refuted(child: Scratch, out: string[]): void
  /** The unknown findings that could still make it true or false. */
  open(child: Scratch, out: Set<string>): void
}

export type CompileContext = {
  findings: readonly Finding[]
  indexOf: ReadonlyMap<string, number>
  facts: Readonly<Record<string, Condition>>
  switches: Readonly<Record<string, string>>
  /** Places of rules, and of the pink rules of a box. */
  ruleIndex: ReadonlyMap<string, number>
  pinkRulesOf(box: string): readonly number[]
  ruleAt(index: number): string
  /** Adds the open findings of the box that a rule stands in. */
  openBoxOf(rule: number, child: Scratch, out: Set<string>): void
  /** What to ask for when a computed number is unknown: its parts that are. */
  openNumber(finding: string, child: Scratch, out: Set<string>): void
}

const silent = () => {}
const never: Node = { test: () => no, fired: silent, refuted: silent, open: silent }
const always: Node = { test: () => yes, fired: silent, refuted: silent, open: silent }

/** Compiles conditions to closures. Facts are compiled once and remembered per child. */
export function compiler(context: CompileContext): (condition: Condition) => Node {
  const factNames = Object.keys(context.facts)
  const factNodes = new Map<string, Node>()

  function fact(name: string): Node {
    const known = factNodes.get(name)
    if (known) return known
    const inner = compile(context.facts[name]!)
    const at = factNames.indexOf(name)
    const node: Node = {
      test(child) {
        const kept = child.facts[at]!
        if (kept !== 3) return kept as Answer3
        const found = inner.test(child)
        child.facts[at] = found
        return found
      },
      fired: (child, out) => inner.fired(child, out),
      refuted: (child, out) => inner.refuted(child, out),
      open: (child, out) => inner.open(child, out),
    }
    factNodes.set(name, node)
    return node
  }

  function leaf(id: string, holds: (value: number) => boolean): Node {
    const at = context.indexOf.get(id)
    if (at === undefined) throw new RangeError(`no finding ${id}`)
    const sign = id !== 'ageMonths' && id !== 'ageDays'
    return {
      test(child) {
        const value = child.values[at]!
        return value !== value ? unknown : holds(value) ? yes : no
      },
      fired: (_, out) => void (sign && !out.includes(id) && out.push(id)),
      refuted: silent,
      open: (child, out) => context.openNumber(id, child, out),
    }
  }

  function comparison({ is, below, from, above, upTo, oneOf }: Comparison): Node {
    if (oneOf) {
      const options = context.findings[context.indexOf.get(is) ?? -1]?.options ?? []
      const among = oneOf.map((one) => options.findIndex((option) => option.id === one))
      if (among.includes(-1)) throw new RangeError(`${is} has no ${oneOf.join(', ')}`)
      if (among.length === 1) return leaf(is, (value) => value === among[0])
      return leaf(is, (value) => among.includes(value))
    }
    if (below !== undefined) return leaf(is, (value) => value < below)
    if (from !== undefined) return leaf(is, (value) => value >= from)
    if (above !== undefined) return leaf(is, (value) => value > above)
    return leaf(is, (value) => value <= upTo!)
  }

  /** At least `least` of the parts: 1 is “any”, all of them is “all”. */
  function counted(parts: Node[], least: number): Node {
    return {
      test(child) {
        let sure = 0
        let perhaps = 0
        for (let at = 0; at < parts.length; at++) {
          const found = parts[at]!.test(child)
          if (found === yes) {
            if (++sure >= least) return yes
          } else if (found === unknown) perhaps++
          if (sure + perhaps + parts.length - at - 1 < least) return no
        }
        return sure + perhaps >= least ? unknown : no
      },
      fired(child, out) {
        for (const part of parts) if (part.test(child) === yes) part.fired(child, out)
      },
      refuted(child, out) {
        for (const part of parts) if (part.test(child) === no) part.refuted(child, out)
      },
      open(child, out) {
        for (const part of parts) if (part.test(child) === unknown) part.open(child, out)
      },
    }
  }

  function negated(inner: Node, condition: Condition): Node {
    // “Not well attached” is a sign in its own right; the opposite of several things is not.
    const sign = typeof condition === 'string' && context.indexOf.has(condition)
    return {
      test(child) {
        const found = inner.test(child)
        return found === unknown ? unknown : found === yes ? no : yes
      },
      fired: (child, out) => (sign ? inner.fired(child, out) : inner.refuted(child, out)),
      refuted: (child, out) => inner.fired(child, out),
      open: (child, out) => inner.open(child, out),
    }
  }

  function choice(whether: Node, then: Node, otherwise: Node): Node {
    return {
      test(child) {
        const found = whether.test(child)
        if (found === yes) return then.test(child)
        if (found === no) return otherwise.test(child)
        const one = then.test(child)
        return one === otherwise.test(child) ? one : unknown
      },
      fired(child, out) {
        const found = whether.test(child)
        if (found !== no) then.fired(child, out)
        else otherwise.fired(child, out)
      },
      refuted: silent,
      open(child, out) {
        const found = whether.test(child)
        if (found === unknown) whether.open(child, out)
        for (const branch of found === yes ? [then] : found === no ? [otherwise] : [then, otherwise]) if (branch.test(child) === unknown) branch.open(child, out)
      },
    }
  }

  /** One of these rules is the classification of its box. */
  function classified(rules: readonly number[]): Node {
    return {
      test(child) {
        let found: Answer3 = no
        for (const rule of rules) {
          if (child.rules[rule] === yes) return yes
          if (child.rules[rule] === unknown) found = unknown
        }
        return found
      },
      fired(child, out) {
        for (const rule of rules) if (child.rules[rule] === yes) out.push(`rule:${context.ruleAt(rule)}`)
      },
      refuted: silent,
      open(child, out) {
        for (const rule of rules) if (child.rules[rule] === unknown) context.openBoxOf(rule, child, out)
      },
    }
  }

  function compile(condition: Condition): Node {
    if (typeof condition === 'string') return condition in context.facts ? fact(condition) : leaf(condition, (value) => value === 1)
    if ('all' in condition) return counted(condition.all.map(compile), condition.all.length)
    if ('any' in condition) return counted(condition.any.map(compile), 1)
    if ('atLeast' in condition) return counted(condition.of.map(compile), condition.atLeast)
    if ('not' in condition) return negated(compile(condition.not), condition.not)
    if ('if' in condition) return choice(compile(condition.if), compile(condition.then), compile(condition.else))
    if ('measured' in condition) {
      const inner = compile(condition.measured)
      return { test: (child) => (inner.test(child) === yes ? yes : no), fired: (child, out) => inner.fired(child, out), refuted: silent, open: silent }
    }
    if ('given' in condition) {
      const at = context.indexOf.get(condition.given)
      if (at === undefined) throw new RangeError(`no finding ${condition.given}`)
      return { test: ({ values }) => (Number.isNaN(values[at]) ? no : yes), fired: silent, refuted: silent, open: silent }
    }
    if ('switch' in condition) {
      if (!(condition.switch in context.switches)) throw new RangeError(`no switch ${condition.switch}`)
      return context.switches[condition.switch] === condition.is ? always : never
    }
    if ('rule' in condition) return classified(condition.rule.map((rule) => context.ruleIndex.get(rule) ?? -1).filter((rule) => rule >= 0))
    if ('severe' in condition) return classified(condition.severe.flatMap(context.pinkRulesOf))
    return comparison(condition)
  }
  return compile
}
