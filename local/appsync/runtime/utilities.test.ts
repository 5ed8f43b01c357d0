import { decodeTime } from 'ulid'
import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/clock.ts'
import { bench } from './testing/resolve.ts'

const { evaluate, unit } = bench({ clock: fakeClock(Date.UTC(2026, 1, 3, 16, 5, 6, 78)) })

const results: [expression: string, value: unknown][] = [
  ['util.dynamodb.toDynamoDB("test")', { S: 'test' }],
  ['util.dynamodb.toDynamoDB(12345)', { N: 12345 }],
  ['util.dynamodb.toDynamoDB(true)', { BOOL: true }],
  ['util.dynamodb.toDynamoDB(null)', { NULL: null }],
  ['util.dynamodb.toString("test")', { S: 'test' }],
  ['util.dynamodb.toString(null)', null],
  ['util.dynamodb.toStringSet(["foo", "bar"])', { SS: ['foo', 'bar'] }],
  ['util.dynamodb.toNumber(12345)', { N: 12345 }],
  ['util.dynamodb.toNumberSet([1, 23, 4.56])', { NS: [1, 23, 4.56] }],
  ['util.dynamodb.toBinary("foo")', { B: 'foo' }],
  ['util.dynamodb.toBinarySet(["foo"])', { BS: ['foo'] }],
  ['util.dynamodb.toBoolean(true)', { BOOL: true }],
  ['util.dynamodb.toNull()', { NULL: null }],
  [
    'util.dynamodb.toList(["foo", 123, { bar: "baz" }])',
    { L: [{ S: 'foo' }, { N: 123 }, { M: { bar: { S: 'baz' } } }] },
  ],
  [
    'util.dynamodb.toMap({ foo: "bar", beep: ["boop"] })',
    { M: { foo: { S: 'bar' }, beep: { L: [{ S: 'boop' }] } } },
  ],
  ['util.dynamodb.toMapValues({ foo: "bar", baz: 1234 })', { foo: { S: 'bar' }, baz: { N: 1234 } }],
  [
    'util.dynamodb.toS3Object("foo", "bar", "baz")',
    { S: '{"s3":{"key":"foo","bucket":"bar","region":"baz"}}' },
  ],
  [
    'util.dynamodb.toS3Object("foo", "bar", "baz", "beep")',
    { S: '{"s3":{"key":"foo","bucket":"bar","region":"baz","version":"beep"}}' },
  ],
  [`util.dynamodb.fromS3ObjectJson('{"s3":{"key":"foo"}}')`, { key: 'foo' }],
  ['util.escapeJavaScript("a\'b\\"c</d>\\n\\u00e9")', 'a\\\'b\\"c<\\/d>\\n\\u00E9'],
  ['util.urlEncode("a b&c=ü~*")', 'a+b%26c%3D%C3%BC%7E*'],
  ['util.urlDecode("a+b%26c")', 'a b&c'],
  ['util.base64Encode("hällo")', 'aMOkbGxv'],
  ['util.base64Decode("aMOkbGxv")', 'hällo'],
  ['util.authType()', 'API Key Authorization'],
  ['util.matches("a*b", "aaaaab")', true],
  ['util.matches("a*b", "aaaaabc")', false],
  ['util.matches("(?i)[a-z]+", "ABC")', true],
  ['util.matches("\\\\p{Alpha}+\\\\Q.*\\\\E", "ab.*")', true],
  ['util.matches("a{2}+b*?(?>c)(?=d)d", "aabcd")', true],
  ['util.matches("[\\\\w.-]+@\\\\w++", "a.b-c@d")', true],
  ['util.time.nowISO8601()', '2026-02-03T16:05:06.078Z'],
  ['util.time.nowEpochSeconds()', 1770134706],
  ['util.time.nowEpochMilliSeconds()', 1770134706078],
  ['util.time.nowFormatted("yyyy-MM-dd HH:mm:ssZ")', '2026-02-03 16:05:06+0000'],
  ['util.time.nowFormatted("yyyy-MM-dd HH:mm:ssZ", "Australia/Perth")', '2026-02-04 00:05:06+0800'],
  [
    'util.time.nowFormatted("EEE, d MMM yy \'at\' h:mm a SSS XXX", "+05:30")',
    'Tue, 3 Feb 26 at 9:35 PM 078 +05:30',
  ],
  [
    'util.time.epochMilliSecondsToFormatted(1798761600000, "YYYY yyyy MMMM EEEE D k K n")',
    '2027 2027 January Friday 1 24 0 0',
  ],
  [
    'util.time.parseFormattedToEpochMilliSeconds("2018-03-11 03:30", "yyyy-MM-dd HH:mm", "America/New_York")',
    1520753400000,
  ],
  ['util.time.epochMilliSecondsToFormatted(1640476800000, "YYYY yyyy")', '2022 2021'],
  ['util.time.epochMilliSecondsToFormatted(1798675200000, "YYYY yyyy X xx")', '2027 2026 Z +0000'],
  [
    'util.time.parseFormattedToEpochMilliSeconds("2018-02-01 17:21:05+0800", "yyyy-MM-dd HH:mm:ssZ")',
    1517476865000,
  ],
  [
    'util.time.parseFormattedToEpochMilliSeconds("2018-02-01 17:21:05", "yyyy-MM-dd HH:mm:ss", "America/New_York")',
    1517523665000,
  ],
  ['util.time.parseFormattedToEpochMilliSeconds("7 Jul 2018 09:05 pm", "d MMM yyyy hh:mm a")', 1530997500000],
  ['util.time.parseISO8601ToEpochMilliSeconds("2018-02-01T17:21:05.180+08:00")', 1517476865180],
  ['util.time.epochMilliSecondsToSeconds(1517943695750)', 1517943695],
  ['util.time.epochMilliSecondsToISO8601(1517943695750)', '2018-02-06T19:01:35.750Z'],
  ['util.str.normalize("e\\u0301", "nfc")', '\u00e9'],
  ['util.math.roundNum(2.5)', 3],
  ['util.math.minVal(1, 2)', 1],
  ['util.math.maxVal(1, 2)', 2],
  ['util.http.copyHeaders({ Host: "a", "x-a": "b", te: "c" })', { 'x-a': 'b' }],
  [
    'util.xml.toMap(\'<?xml version="1.0"?><posts><post><id>1</id><title>a &amp; b</title></post></posts>\')',
    { posts: { post: { id: 1, title: 'a & b' } } },
  ],
  [
    'util.xml.toMap(\'<a x="1"><b>c</b><b/><![CDATA[<d>]]></a>\')',
    { a: { x: 1, b: ['c', ''], content: '<d>' } },
  ],
  ["util.xml.toJsonString('<a>1</a>')", '{"a":1}'],
  ["util.xml.toJsonString('<a>1</a>', true)", '"{\\"a\\":1}"'],
  [
    'util.rds.toJsonObject(JSON.stringify({ sqlStatementResults: [{ records: [[{ stringValue: "x" }, { isNull: true }]], columnMetadata: [{ label: "a" }, { label: "b" }] }] }))',
    [[{ a: 'x', b: null }]],
  ],
  ['JSON.parse("nope")', ''],
  ['JSON.parse("[1]")', [1]],
  ['"a.b.c".replace("\\\\.", "-")', 'a-b.c'],
  ['"a.b.c".replaceAll("[.]", "-")', 'a-b-c'],
  ['"2026-01".replace("(\\\\d+)-(?<m>\\\\d+)", "${m}/$1\\\\$")', '01/2026$'],
]

test.each(results)('%s', async (expression, value) => {
  expect(await evaluate(expression)).toMatchObject({ value })
})

const ids: [expression: string, form: RegExp][] = [
  ['util.autoId()', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ['util.autoUlid()', /^[0-9A-HJKMNP-TV-Z]{26}$/],
  ['util.autoKsuid()', /^[0-9A-Za-z]{27}$/],
]

test.each(ids)('%s is another one each time', async (expression, form) => {
  const { value } = await evaluate(`[${expression}, ${expression}]`)
  const [first, second] = value as [string, string]
  expect(first).toMatch(form)
  expect(first).not.toBe(second)
})

test('a ULID carries the time', async () => {
  const { value } = await evaluate('util.autoUlid()')
  expect(decodeTime(value as string)).toBe(Date.UTC(2026, 1, 3, 16, 5, 6, 78))
})

test('random numbers lie where they should', async () => {
  const { value } = await evaluate('[util.math.randomDouble(), util.math.randomWithinRange(3, 5)]')
  const [double, within] = value as [number, number]
  expect(double).toBeGreaterThanOrEqual(0)
  expect(double).toBeLessThan(1)
  expect([3, 4]).toContain(within)
})

test('what a utility cannot do is an error of the code', async () => {
  const { error } = await evaluate('util.time.parseISO8601ToEpochMilliSeconds("yesterday")')
  expect(error).toMatchObject({ errorType: 'Code' })
  expect(error?.message).toMatch(/^code\.js:4:\d+: Error: Text 'yesterday' could not be parsed$/)
})

test('response headers: the last value counts, restricted and empty ones are errors beside the result', async () => {
  const outcome = await unit(
    `
    export function request(ctx) { util.http.addResponseHeader('X-Items', 7); return { payload: 1 } }
    export function response(ctx) {
      util.http.addResponseHeaders({ 'x-items': 8, 'x-map': { a: 1 }, 'x-amzn-a': 'b', vary: '*', 'x-none': null, 'x-big': ctx.args.big })
      return ctx.result }`,
    { arguments: { big: 'x'.repeat(4096) } },
  )
  expect(outcome.value).toBe(1)
  expect(outcome.responseHeaders).toEqual({ 'x-items': '8', 'x-map': '{"a":1}' })
  expect(outcome.appended.map(({ errorType }) => errorType)).toEqual(Array(4).fill('ResponseHeaderError'))
})

test('extensions leave their filters and invalidations with the outcome', async () => {
  const outcome = await unit(`
    export const request = () => ({})
    export function response(ctx) {
      extensions.setSubscriptionFilter({ filterGroup: [] })
      extensions.setSubscriptionInvalidationFilter({ filterGroup: [1] })
      extensions.evictFromApiCache('Query', 'thing', {})
      extensions.invalidateSubscriptions({ subscriptionField: 'onThing', payload: { id: 1 } })
      return null }`)
  expect(outcome).toMatchObject({
    subscriptionFilter: { filterGroup: [] },
    invalidationFilter: { filterGroup: [1] },
    invalidations: [{ subscriptionField: 'onThing', payload: { id: 1 } }],
  })
})

test('console writes to the log', async () => {
  const { logs } = await evaluate('console.log("a", { b: 1 }) ?? console.error(2)')
  expect(logs).toEqual([
    { level: 'INFO', message: '"a" {"b":1}' },
    { level: 'ERROR', message: '2' },
  ])
})
