import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

/** Values of a scalar, as JSON gives them: ones it takes and passes on, ones it refuses. */
const scalars: Record<string, { takes: unknown[]; refuses: unknown[] }> = {
  Int: { takes: [0, -2_147_483_648, 2_147_483_647], refuses: [1.5, 2_147_483_648, 'x'] },
  Float: { takes: [1.5, -2, 1e100], refuses: ['x'] },
  AWSDate: {
    takes: ['1970-01-01', '1970-01-01Z', '1970-01-01-07:00', '1970-01-01+05:30:15', '-0044-03-15'],
    refuses: ['1970-1-1', '2023-02-29', '1970-01-01T00:00Z'],
  },
  AWSTime: {
    takes: ['12:30', '12:30:24.5', '12:30Z', '12:30:24.123456789+05:30'],
    refuses: ['24:00', '12:60', '12', '12:30:24.1234567891'],
  },
  AWSDateTime: {
    takes: ['1970-01-01T12:00Z', '1970-01-01T12:00:00.123456789+05:30'],
    refuses: ['1970-01-01T12:00:00', '1970-01-01', '1970-01-01 12:00Z', '2023-02-30T00:00Z'],
  },
  AWSTimestamp: { takes: [0, -1, 1_700_000_000], refuses: [1.5, 'x'] },
  AWSEmail: { takes: ['a.b+c@sub.example.com'], refuses: ['nobody', '@b', 'a@'] },
  AWSURL: {
    takes: ['https://example.com/a?b=c', 'mailto:a@example.com'],
    refuses: ['example.com', 'https://example.com//a'],
  },
  AWSPhone: { takes: ['206 555-0100', '+44 20 7946 0958'], refuses: ['call me', '12'] },
  AWSIPAddress: {
    takes: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'],
    refuses: ['256.1.1.1', '10.0.0.0/33'],
  },
}
const names = Object.keys(scalars)

let server: SmallServer
beforeAll(async () => {
  const fields = names.map((name) => `in${name}(x: ${name}): AWSJSON out${name}(json: AWSJSON): ${name}`)
  server = await serve({
    schema: `type Query { ${fields.join(' ')} json(x: AWSJSON): AWSJSON }`,
    resolvers: Object.fromEntries([
      ['Query.json', answering('({ isMap: ctx.args.x.a === 1, same: ctx.args.x })')],
      ...names.flatMap((name): [string, string][] => [
        [`Query.in${name}`, answering('ctx.args')],
        [`Query.out${name}`, answering('ctx.args.json')],
      ]),
    ]),
  })
})
afterAll(() => server.close())

const cases = (kind: 'takes' | 'refuses'): [string, unknown][] =>
  names.flatMap((name) => (scalars[name]?.[kind] ?? []).map((value): [string, unknown] => [name, value]))

describe('a value of the scalar passes unchanged as literal, as variable and out of a resolver', () => {
  test.each(cases('takes'))('%s %j', async (name, value) => {
    const arrived = { data: { value: JSON.stringify({ x: value }) } }
    const literal = `{ value: in${name}(x: ${JSON.stringify(value).replace('e+', 'e')}) }`
    expect((await server.ask(literal)).body).toEqual(arrived)
    const variable = `query ($x: ${name}) { value: in${name}(x: $x) }`
    expect((await server.ask(variable, { x: value })).body).toEqual(arrived)
    const out = `query ($json: AWSJSON) { value: out${name}(json: $json) }`
    const answered = await server.ask(out, { json: JSON.stringify(value) })
    expect(answered.body).toEqual({ data: { value } })
  })
})

describe('what is no value of the scalar is refused as literal, as variable and out of a resolver', () => {
  test.each(cases('refuses'))('%s %j', async (name, value) => {
    const literal = await server.ask(`{ field: in${name}(x: ${JSON.stringify(value)}) }`)
    expect(literal).toMatchObject({ status: 200, body: { data: null } })
    expect(literal.body.errors?.[0]?.message).toMatch(
      new RegExp(
        `^Validation error of type WrongType: argument 'x' with value '.*' is not a valid '${name}' @ '`,
      ),
    )
    const variable = await server.ask(`query ($x: ${name}) { in${name}(x: $x) }`, { x: value })
    expect(variable).toMatchObject({ status: 200, body: { data: null } })
    expect(variable.body.errors?.[0]?.message).toMatch(/^Variable 'x' has an invalid value\./)
    const out = `query ($json: AWSJSON) { value: out${name}(json: $json) }`
    const answered = await server.ask(out, { json: JSON.stringify(value) })
    expect(answered.body).toMatchObject({
      data: { value: null },
      errors: [
        {
          path: ['value'],
          message: expect.stringMatching(/^Can't serialize value \(\/value\) : /) as string,
        },
      ],
    })
  })
})

test('AWSJSON is parsed on the way in, by literal and by variable, and text on the way out', async () => {
  const answer = { data: { json: '{"isMap":true,"same":{"a":1}}' } }
  expect((await server.ask('{ json(x: "{\\"a\\": 1}") }')).body).toEqual(answer)
  expect((await server.ask('query ($x: AWSJSON) { json(x: $x) }', { x: '{"a":1}' })).body).toEqual(answer)
})

test.each(['{a: 1}', '"{a"', '1'])('AWSJSON refuses the literal %s', async (literal) => {
  expect((await server.ask(`{ json(x: ${literal}) }`)).body.errors?.[0]?.message).toContain(
    "is not a valid 'AWSJSON' @ 'json'",
  )
})

test.each([[{ a: 1 }], ['{a'], [1]])('AWSJSON refuses the variable %j', async (x) => {
  const { body } = await server.ask('query ($x: AWSJSON) { json(x: $x) }', { x })
  expect(body).toMatchObject({ data: null })
  expect(body.errors?.[0]?.message).toMatch(/^Variable 'x' has an invalid value\./)
})
