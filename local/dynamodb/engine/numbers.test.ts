import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDynamoDb, table } from '../testing/harness.ts'
import type { RunningDynamoDb } from '../testing/harness.ts'

let db: RunningDynamoDb
beforeAll(async () => {
  db = await startDynamoDb([
    table('Sorted', {
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'n', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'n', KeyType: 'RANGE' },
      ],
    }),
    table('Notes', {}),
  ])
})
afterAll(() => db.stop())

const Key = { id: { S: 'a' } }
async function kept(N: string): Promise<unknown> {
  await db.call('PutItem', { TableName: 'Notes', Item: { ...Key, n: { N } } })
  return ((await db.call('GetItem', { TableName: 'Notes', Key })).Item as { n: { N: string } }).n.N
}
const nines = '9'.repeat(38)

describe('a number', () => {
  it.each([
    ['007', '7'],
    ['+1.50', '1.5'],
    ['-0', '0'],
    ['0.000', '0'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1.5E2', '150'],
    ['1e-3', '0.001'],
    ['-12.340e1', '-123.4'],
    [nines, nines],
    ['1E-130', `0.${'0'.repeat(129)}1`],
    [`9.${nines.slice(1)}E+125`, nines.padEnd(126, '0')],
  ])('%s is kept as %s', async (given, expected) => {
    expect(await kept(given)).toBe(expected)
  })

  it.each([
    ['', 'The parameter cannot be converted to a numeric value'],
    ['seven', 'The parameter cannot be converted to a numeric value: seven'],
    ['0x10', 'The parameter cannot be converted to a numeric value: 0x10'],
    ['1E126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['-1E-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
    [`${nines}9`, 'Attempting to store more than 38 significant digits in a Number'],
  ])('%s is refused', async (given, message) => {
    await expect(kept(given)).rejects.toMatchObject({ code: 'ValidationException', message })
  })

  it('is added to and subtracted from without loss, or not at all', async () => {
    const change = async (from: string, operator: string, by: string): Promise<unknown> => {
      await kept(from)
      await db.call('UpdateItem', {
        TableName: 'Notes',
        Key,
        UpdateExpression: `SET n = n ${operator} :by`,
        ExpressionAttributeValues: { ':by': { N: by } },
      })
      return ((await db.call('GetItem', { TableName: 'Notes', Key })).Item as { n: { N: string } }).n.N
    }
    expect(await change('0.1', '+', '0.2')).toBe('0.3')
    expect(await change('9007199254740993', '+', '2')).toBe('9007199254740995')
    expect(await change('1E20', '+', '1E-17')).toBe('100000000000000000000.00000000000000001')
    expect(await change('-1.5', '-', '-1.5')).toBe('0')
    expect(await change(nines, '+', '1')).toBe(`1${'0'.repeat(38)}`)
    await expect(change('1E38', '+', '1')).rejects.toThrow('more than 38 significant digits')
    await expect(change('9E125', '+', '9E125')).rejects.toThrow('Number overflow')
  })

  it('sorts by its size as a key', async () => {
    const random = randomNumbers(200)
    for (const N of random)
      await db.call('PutItem', { TableName: 'Sorted', Item: { id: { S: 'a' }, n: { N } } })
    const { Items } = await db.call('Query', {
      TableName: 'Sorted',
      KeyConditionExpression: 'id = :a',
      ExpressionAttributeValues: { ':a': { S: 'a' } },
    })
    const sorted = (Items as { n: { N: string } }[]).map(({ n }) => n.N)
    expect(sorted).toHaveLength(200)
    for (const [at, N] of sorted.slice(1).entries())
      expect(scaled(N), `${sorted[at] ?? ''} before ${N}`).toBeGreaterThan(scaled(sorted[at] ?? ''))
  })
})

/** Of all sizes and lengths, many of them alike in their first digits. */
function randomNumbers(count: number): string[] {
  let seed = 7
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  const numbers = new Set<string>(['0', '1', '-1', '10', '-10', '1.05', '-1.05', '105', '0.105'])
  while (numbers.size < count) {
    const digits = Array.from({ length: 1 + random(20) }, () => '0159'.charAt(random(4))).join('')
    const whole = `${random(2) ? '-' : ''}1${digits}`
    numbers.add(random(2) ? whole : `${whole}.${random(1000)}1`)
  }
  return [...numbers]
}

/** As a whole number of 10^-30. */
function scaled(written: string): bigint {
  const [whole = '', fraction = ''] = written.split('.')
  return BigInt(whole + fraction.padEnd(30, '0'))
}
