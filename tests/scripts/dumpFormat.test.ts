import { expect, test } from 'vitest'
import { allTables, dumped, leftBehind, pack, unpack } from '#scripts/dumpFormat.ts'

test('a new table is either in the backup or left behind on purpose', () => {
  expect(allTables.filter((name) => !([...dumped, ...leftBehind] as string[]).includes(name))).toEqual([])
})

test('bytes and moments travel through JSON unharmed', () => {
  for (const value of [new Date('2027-03-01T10:00:00.123Z'), Buffer.from([0, 255, 10]), 'text', 7, null, { a: [1] }, true]) {
    expect(unpack(JSON.parse(JSON.stringify(pack(value))))).toEqual(value)
  }
})
