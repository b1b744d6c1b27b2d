/** The next free id of a page, which may show many blocks of one kind. */
export const blockId = (locals: App.Locals, kind: string) => `${kind}-${(locals.blockIds = (locals.blockIds ?? 0) + 1)}`
