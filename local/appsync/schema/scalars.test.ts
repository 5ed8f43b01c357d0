import { parseValue } from 'graphql'
import { describe, expect, test } from 'vitest'
import { CoercionError, scalars } from './scalars.ts'

const parse = (scalar: string, value: unknown): unknown => scalars[scalar]?.parseValue(value)
const literal = (scalar: string, text: string): unknown => scalars[scalar]?.parseLiteral(parseValue(text))

const accepted: Record<string, string[]> = {
  AWSDate: ['1970-01-01', '1970-01-01Z', '1970-01-01-07:00', '2024-02-29+05:30:15', '-0044-03-15'],
  AWSTime: ['12:30', '12:30Z', '12:30:24-07:00', '12:30:24.500+05:30', '23:59:59.123456789'],
  AWSDateTime: ['1970-01-01T12:00Z', '1970-01-01T12:00:00.123456789+05:30', '2024-02-29T00:00:00-07:00:15'],
  AWSEmail: ['a@example.com', 'a.b+c@sub.example.com', 'root@localhost'],
  AWSURL: ['https://example.com/a?b=c', 'http://localhost:3000', 'mailto:a@example.com'],
  AWSPhone: ['206 555-0100', '+44 20 7946 0958', '2065550100'],
  AWSIPAddress: ['127.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'],
}
const refused: Record<string, unknown[]> = {
  AWSDate: ['70-1-1', '2023-02-29', '2023-13-01', '2023-01-01T00:00Z', 20230101],
  AWSTime: ['24:00', '12', '12:60', '12:30:24.1234567891'],
  AWSDateTime: [
    '2019',
    '1970-01-01T12:00:00',
    '1970-01-01 12:00Z',
    '2023-02-30T00:00Z',
    '1970-01-01T12:00+0530',
  ],
  AWSEmail: ['nobody', 'a@', '@b', 'a b@c.d', 'a@b@c', 'a@b..c'],
  AWSURL: ['example.com', '/path', 'https://example.com//a', ''],
  AWSPhone: ['1110004444', 'call me', '12', ''],
  AWSIPAddress: ['256.1.1.1', '10.0.0.0/33', '::1/129', '1.2.3', '1.2.3.4/8/8'],
}

describe.each(Object.entries(accepted))('%s', (scalar, values) => {
  test.each(values)('takes %s as it is', (value) => {
    expect(parse(scalar, value)).toBe(value)
    expect(literal(scalar, JSON.stringify(value))).toBe(value)
    expect(scalars[scalar]?.serialize(value)).toBe(value)
  })

  test.each(refused[scalar] ?? [])('refuses %j', (value) => {
    expect(() => parse(scalar, value)).toThrow(CoercionError)
    expect(() => scalars[scalar]?.serialize(value)).toThrow(CoercionError)
  })
})

test.each([
  ['Int', 7, 7],
  ['Int', '7', 7],
  ['Int', 7.0, 7],
  ['Float', '1.5', 1.5],
  ['Float', 1e308, 1e308],
  ['String', 5, '5'],
  ['String', { a: [1, null] }, '{a=[1, null]}'],
  ['Boolean', 'true', true],
  ['Boolean', 0, false],
  ['ID', 5, '5'],
  ['AWSTimestamp', -5, -5],
  ['AWSTimestamp', '1700000000', 1_700_000_000],
  ['AWSJSON', '{"a":1}', { a: 1 }],
  ['AWSJSON', '"x"', 'x'],
])('%s takes the variable %j', (scalar, value, parsed) => {
  expect(parse(scalar, value)).toEqual(parsed)
})

test.each([
  ['Int', 1.5, "Expected type 'Int' but was 'Double'."],
  ['Int', 2 ** 31, "Expected type 'Int' but was 'Long'."],
  ['Int', 'x', "Expected type 'Int' but was 'String'."],
  ['Int', true, "Expected type 'Int' but was 'Boolean'."],
  ['Float', 'NaN', "Expected type 'Float' but was 'String'."],
  ['ID', {}, "Expected type 'ID' but was 'LinkedHashMap'."],
  ['Boolean', [], "Expected type 'Boolean' but was 'ArrayList'."],
  ['AWSTimestamp', 1.5, 'Unable to parse `1.5` as a valid timestamp.'],
  ['AWSJSON', 'x', 'Unable to parse x as valid JSON.'],
  ['AWSJSON', [], 'Unable to parse [] as valid JSON.'],
])('%s refuses the variable %j', (scalar, value, message) => {
  expect(() => parse(scalar, value)).toThrow(message)
})

test.each([
  ['Int', '"1"'],
  ['Int', '3000000000'],
  ['Float', '"1"'],
  ['String', '1'],
  ['Boolean', '"true"'],
  ['ID', '1.5'],
  ['AWSJSON', '{a: 1}'],
  ['AWSTimestamp', '"1"'],
])('%s refuses the literal %s', (scalar, text) => {
  expect(() => literal(scalar, text)).toThrow(CoercionError)
})

test('AWSJSON leaves as text', () => {
  expect(scalars.AWSJSON?.serialize({ a: [1] })).toBe('{"a":[1]}')
})
