import { afterAll, beforeAll, expect, test } from 'vitest'
import { operations, utilities } from '../check/surface.ts'
import { fakeClock } from '../../testing/clock.ts'
import { serve, type SmallServer } from '../testing/server.ts'

/** Expressions of resolver code and what a client gets of them; an expression a member that a resolver can reach. */
const answers: [expression: string, value: unknown][] = [
  [`util.escapeJavaScript('a"b')`, 'a\\"b'],
  [`util.urlEncode('a b&c')`, 'a+b%26c'],
  [`util.urlDecode('a+b%26c')`, 'a b&c'],
  [`util.base64Encode('hällo')`, 'aMOkbGxv'],
  [`util.base64Decode('aMOkbGxv')`, 'hällo'],
  [`util.matches('a*b', 'aab')`, true],
  [`util.authType()`, 'API Key Authorization'],
  [`util.autoId()`, expect.stringMatching(/^[0-9a-f-]{36}$/)],
  [`util.autoUlid()`, expect.stringMatching(/^[0-9A-Z]{26}$/)],
  [`util.autoKsuid()`, expect.stringMatching(/^[0-9A-Za-z]{27}$/)],
  [`util.time.nowISO8601()`, '2026-02-03T16:05:06.078Z'],
  [`util.time.nowEpochSeconds()`, 1770134706],
  [`util.time.nowEpochMilliSeconds()`, 1770134706078],
  [`util.time.nowFormatted('yyyy-MM-dd HH:mm', 'Australia/Perth')`, '2026-02-04 00:05'],
  [
    `util.time.parseFormattedToEpochMilliSeconds('2018-02-01 17:21:05+0800', 'yyyy-MM-dd HH:mm:ssZ')`,
    1517476865000,
  ],
  [`util.time.parseISO8601ToEpochMilliSeconds('2018-02-01T17:21:05.180+08:00')`, 1517476865180],
  [`util.time.epochMilliSecondsToSeconds(1517943695750)`, 1517943695],
  [`util.time.epochMilliSecondsToISO8601(1517943695750)`, '2018-02-06T19:01:35.750Z'],
  [`util.time.epochMilliSecondsToFormatted(1517943695750, 'yyyy')`, '2018'],
  [`util.dynamodb.toDynamoDB([12345, 'a', null])`, { L: [{ N: 12345 }, { S: 'a' }, { NULL: null }] }],
  [`util.dynamodb.toString('a')`, { S: 'a' }],
  [`util.dynamodb.toStringSet(['a'])`, { SS: ['a'] }],
  [`util.dynamodb.toNumber(null)`, null],
  [`util.dynamodb.toNumberSet([1, 4.56])`, { NS: [1, 4.56] }],
  [`util.dynamodb.toBinary('a')`, { B: 'a' }],
  [`util.dynamodb.toBinarySet(['a'])`, { BS: ['a'] }],
  [`util.dynamodb.toBoolean(true)`, { BOOL: true }],
  [`util.dynamodb.toNull()`, { NULL: null }],
  [`util.dynamodb.toList(['a'])`, { L: [{ S: 'a' }] }],
  [`util.dynamodb.toMap({ a: 1 })`, { M: { a: { N: 1 } } }],
  [`util.dynamodb.toMapValues({ a: 1 })`, { a: { N: 1 } }],
  [`util.dynamodb.toS3Object('k', 'b', 'r')`, { S: '{"s3":{"key":"k","bucket":"b","region":"r"}}' }],
  [`util.dynamodb.fromS3ObjectJson('{"s3":{"key":"k"}}')`, { key: 'k' }],
  [
    `util.transform.toDynamoDBFilterExpression({ title: { contains: 'x' } })`,
    expect.stringContaining('"expression":"(contains(#title,:title_contains))"'),
  ],
  [
    `util.transform.toDynamoDBConditionExpression({ n: { eq: 1 } })`,
    expect.stringContaining('"expression":"(#n = :n_eq)"'),
  ],
  [`util.transform.toElasticsearchQueryDSL({ a: { eq: 'x' } })`, expect.stringContaining('"a"')],
  [
    `util.transform.toSubscriptionFilter({ n: { ge: 7 }, secret: { eq: 1 } }, ['secret'])`,
    { filterGroup: [{ filters: [{ fieldName: 'n', operator: 'ge', value: 7 }] }] },
  ],
  [`util.str.normalize('e\\u0301', 'nfc')`, 'é'],
  [`util.math.roundNum(2.5)`, 3],
  [`util.math.minVal(1, 2)`, 1],
  [`util.math.maxVal(1, 2)`, 2],
  [`util.math.randomDouble() < 1`, true],
  [`util.math.randomWithinRange(3, 4)`, 3],
  [`util.http.copyHeaders(ctx.request.headers)['x-mine']`, 'yes'],
  [`util.http.addResponseHeader('x-one', 1)`, null],
  [`util.http.addResponseHeaders({ 'x-two': 2 })`, null],
  [`util.xml.toMap('<a><b>1</b></a>')`, { a: { b: 1 } }],
  [`util.xml.toJsonString('<a>1</a>')`, '{"a":1}'],
  [
    `util.rds.toJsonObject('{"sqlStatementResults":[{"records":[[{"stringValue":"x"}]],"columnMetadata":[{"label":"a"}]}]}')`,
    [[{ a: 'x' }]],
  ],
  [`ddb.toStringSet(['a'])`, { SS: ['a'] }],
  [`ddb.toNumberSet([1])`, { NS: [1] }],
  [`ddb.toBinarySet(['a'])`, { BS: ['a'] }],
  [`ddb.operations.add(1)`, { type: 'OPERATION_ADD', value: 1 }],
  [`ddb.operations.append([1])`, { type: 'OPERATION_APPEND', items: [1] }],
  [`ddb.operations.prepend([1])`, { type: 'OPERATION_PREPEND', items: [1] }],
  [`ddb.operations.increment(2)`, { type: 'OPERATION_INCREMENT', by: 2 }],
  [`ddb.operations.decrement(2)`, { type: 'OPERATION_DECREMENT', by: 2 }],
  [`ddb.operations.replace('a')`, { type: 'OPERATION_REPLACE', value: 'a' }],
  [`ddb.operations.remove()`, expect.objectContaining({ type: 'OPERATION_REMOVE' })],
  [`ddb.operations.updateListItem('a', 1)`, expect.objectContaining({ type: 'OPERATION_UPDATE_LIST_ITEM' })],
  [`extensions.evictFromApiCache('Query', 'f0', {})`, null],
]

let server: SmallServer
beforeAll(async () => {
  server = await serve(
    {
      schema: `type Query { ${answers.map((_, at) => `f${at}: AWSJSON`).join(' ')} denied: Int }`,
      resolvers: {
        ...Object.fromEntries(
          answers.map(([expression], at) => [
            `Query.f${at}`,
            `import { extensions, util } from '@aws-appsync/utils'
             import * as ddb from '@aws-appsync/utils/dynamodb'
             export const request = () => ({})
             export const response = (ctx) => ({ value: ${expression} ?? null })`,
          ]),
        ),
        'Query.denied': `import { util } from '@aws-appsync/utils'
          export function request() { util.unauthorized() }
          export const response = () => 1`,
      },
    },
    { clock: fakeClock(Date.UTC(2026, 1, 3, 16, 5, 6, 78)) },
  )
})
afterAll(() => server.close())

test.each(answers.map(([expression, value], at) => [expression, at, value] as const))(
  '%s',
  async (_, at, value) => {
    const { body } = await server.ask(`{ f: f${at} }`, {}, { 'x-mine': 'yes' })
    expect(body.errors).toBeUndefined()
    expect((JSON.parse(body.data?.f as string) as { value: unknown }).value).toEqual(value)
  },
)

test('no member of util, nor of the operations of DynamoDB, is left out above', () => {
  const tried = answers.map(([expression]) => expression).join('\n')
  const members = Object.entries(utilities).flatMap(([group, names]) =>
    names.map((name) => `${group}.${name}`),
  )
  const all = [...members.map((name) => `util.${name}(`), ...operations.map((name) => `operations.${name}(`)]
  expect(all.filter((member) => !tried.includes(member))).toEqual([])
})

test('response headers go out with the answer', async () => {
  const field = (member: string) => `f${answers.findIndex(([expression]) => expression.includes(member))}`
  const query = `{ ${field('addResponseHeader(')} ${field('addResponseHeaders(')} }`
  const { headers } = await server.ask(query)
  expect([headers.get('x-one'), headers.get('x-two')]).toEqual(['1', '2'])
})

test('util.unauthorized is an error of the type Unauthorized that names the field', async () => {
  expect((await server.ask('{ denied }')).body).toMatchObject({
    data: { denied: null },
    errors: [{ errorType: 'Unauthorized', message: 'Not Authorized to access denied on type Query' }],
  })
})
