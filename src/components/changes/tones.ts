export const toneOf = { open: 'wait', accepted: 'good', declined: 'bad', done: 'plain' } as const
