/** Every form of the product, by noun. Each action is one line: a verb's schema and the verb. */
export const server = {}
