import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

let server: SmallServer
beforeAll(async () => {
  server = await serve({
    schema: `
      enum Color { RED GREEN }
      input Line { name: String! count: Int color: Color }
      type Query {
        echo(text: String, when: AWSDateTime, mail: AWSEmail, count: Int, line: Line, lines: [Line!], must: String = "d"): String
        json(x: AWSJSON): AWSJSON
        strict(must: String!): String
        things: [Thing]
      }
      type Thing { id: ID! things: [Thing] }
    `,
    resolvers: { 'Query.echo': answering('JSON.stringify(ctx.args)'), 'Query.json': answering('ctx.args.x') },
  })
})
afterAll(() => server.close())

const post = async (body: string, headers: Record<string, string> = {}) => {
  const all = { 'content-type': 'application/json', 'x-api-key': server.key, ...headers }
  const response = await server.fetch({ method: 'POST', headers: all, body })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { errors: Record<string, unknown>[] },
  }
}
const malformed = (message: string) => ({ errors: [{ errorType: 'MalformedHttpRequestException', message }] })
const unparsable = malformed('Unable to parse GraphQL query.')

test('case 1: no credential is a 401 with its type in body and header', async () => {
  const { status, headers, body } = await server.ask('{ echo }', {}, { 'x-api-key': null })
  expect(status).toBe(401)
  expect(headers.get('x-amzn-errortype')).toBe('UnauthorizedException')
  expect(body).toEqual({
    errors: [{ errorType: 'UnauthorizedException', message: 'Valid authorization header not provided.' }],
  })
})

test('case 2: an unknown key is a 401', async () => {
  const { status, headers, body } = await server.ask(
    '{ echo }',
    {},
    { 'x-api-key': 'da2-aaaaaaaaaaaaaaaaaaaaaaaaaa' },
  )
  expect(status).toBe(401)
  expect(headers.get('x-amzn-errortype')).toBe('UnauthorizedException')
  expect(body.errors?.[0]?.message).toBe('You are not authorized to make this call.')
})

test('case 2: an expired key is a 401', async () => {
  const old = await serve({
    schema: 'type Query { a: Int }',
    key: { Expires: Math.floor(Date.now() / 1000) },
  })
  expect((await old.ask('{ a }')).status).toBe(401)
  await old.close()
})

test('case 4: an empty body is a 400', async () => {
  const { status, headers, body } = await post('')
  expect(status).toBe(400)
  expect(headers.get('x-amzn-errortype')).toBe('MalformedHttpRequestException')
  expect(body).toEqual(malformed('Request body is empty.'))
})

test.each(['{}', '[]', 'meow', 'null', '"x"', '{"query": 1}', '{"query":"{ echo }","variables":[]}'])(
  'case 5: the body %s is a 400',
  async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: unparsable })
  },
)

test.each(['{a', 'query {', ''])('case 6: the query "%s" is a 400', async (query) => {
  expect(await post(JSON.stringify({ query }))).toMatchObject({ status: 400, body: unparsable })
})

test('case 7: unknown fields are refused in graphql-java words, with no errorType', async () => {
  const { status, body } = await server.ask('{badfield worse}')
  expect(status).toBe(200)
  const error = (name: string, column: number) => ({
    path: null,
    locations: [{ line: 1, column, sourceName: null }],
    message: `Validation error of type FieldUndefined: Field '${name}' in type 'Query' is undefined @ '${name}'`,
  })
  expect(body).toEqual({ data: null, errors: [error('badfield', 2), error('worse', 11)] })
  expect(Object.keys(body.errors?.[0] ?? {})).toEqual(['path', 'locations', 'message'])
})

test.each([
  [
    '{ json(x: {a: 1}) }',
    "WrongType: argument 'x' with value 'ObjectValue{objectFields=[ObjectField{name='a', value=IntValue{value=1}}]}' is not a valid 'AWSJSON' @ 'json'",
  ],
  [
    '{ echo(count: "1") }',
    "WrongType: argument 'count' with value 'StringValue{value='1'}' is not a valid 'Int' @ 'echo'",
  ],
  [
    '{ echo(mail: "nobody") }',
    "WrongType: argument 'mail' with value 'StringValue{value='nobody'}' is not a valid 'AWSEmail' @ 'echo'",
  ],
  [
    '{ echo(line: {count: 1}) }',
    "WrongType: argument 'line' with value 'ObjectValue{objectFields=[ObjectField{name='count', value=IntValue{value=1}}]}' is missing required fields '[name]' @ 'echo'",
  ],
  [
    '{ echo(lines: [{name: "a"}, {name: "b", color: BLUE}]) }',
    "WrongType: argument 'lines[1].color' with value 'EnumValue{name='BLUE'}' is not a valid 'Color' @ 'echo'",
  ],
  ['{ echo(line: {name: "a", nothing: 1}) }', "contains a field not in 'Line': 'nothing' @ 'echo'"],
  [
    '{ strict(must: null) }',
    "WrongType: argument 'must' with value 'NullValue{}' must not be null @ 'strict'",
  ],
])('case 9: the literal in %s is of the wrong type', async (query, message) => {
  const { status, body } = await server.ask(query)
  expect(status).toBe(200)
  expect(body.data).toBeNull()
  expect(body.errors?.[0]?.message).toContain(message)
})

test.each([
  ['{ strict }', "MissingFieldArgument: Missing field argument must @ 'strict'"],
  ['{ echo(nothing: 1) }', "UnknownArgument: Unknown field argument nothing @ 'echo'"],
  ['{ things }', "SubSelectionRequired: Sub selection required for type [Thing] of field things @ 'things'"],
  [
    '{ echo { a } }',
    "SubSelectionNotAllowed: Sub selection not allowed on leaf type String of field echo @ 'echo'",
  ],
  [
    '{ things { things { nope } } }',
    "FieldUndefined: Field 'nope' in type 'Thing' is undefined @ 'things/things/nope'",
  ],
  ['query ($a: Nothing) { echo(text: $a) }', 'UnknownType: Unknown type Nothing'],
  [
    'query ($a: String) { strict(must: $a) }',
    "VariableTypeMismatch: Variable type 'String' doesn't match expected type 'String!' @ 'strict'",
  ],
  ['query ($a: Thing) { echo(text: $a) }', 'NonInputTypeOnVariable: Wrong type for a variable'],
  ['query ($a: String) { echo }', 'UnusedVariable: Unused variable a'],
  ['{ echo(text: $a) }', "UndefinedVariable: Undefined variable a @ 'echo'"],
  [
    'query ($a: Int = "x") { echo(count: $a) }',
    "BadValueForDefaultArg: Bad default value StringValue{value='x'} for type Int",
  ],
  ['{ ...F }', 'UndefinedFragment: Undefined fragment F'],
  ['{ echo } fragment F on Thing { id }', 'UnusedFragment: Unused fragment F'],
  [
    '{ things { ...F } } fragment F on Thing { things { ...F } }',
    "FragmentCycle: Fragment cycles not allowed @ 'F'",
  ],
  [
    '{ things { ...F } } fragment F on Thing { nope }',
    "FieldUndefined: Field 'nope' in type 'Thing' is undefined @ 'F/nope'",
  ],
  [
    '{ things { ... on Query { echo } } }',
    "InvalidFragmentType: Fragment cannot be spread here as objects of type Thing can never be of type Query @ 'things'",
  ],
  ['{ things { ... on Line { name } } }', 'InlineFragmentTypeConditionInvalid'],
  ['{ echo @nothing }', "UnknownDirective: Unknown directive nothing @ 'echo'"],
  ['query @skip(if: true) { echo }', 'MisplacedDirective: Directive skip not allowed here'],
  ['{ echo @skip }', "MissingDirectiveArgument: Missing directive argument if @ 'echo'"],
  ['{ a: echo(text: "1") a: json(x: "1") }', 'FieldsConflict: a: echo and json are different fields'],
  ['{ echo(text: "1") echo(text: "2") }', 'FieldsConflict: echo: they have differing arguments'],
  [
    '{ echo } query A { echo }',
    'LoneAnonymousOperationViolation: Operation A is following anonymous operation.',
  ],
  ['query A { echo } query A { echo }', "DuplicateOperationName: There can be only one operation named 'A'"],
  ['{ echo } type T { a: Int }', 'NonExecutableDefinition: The T definition is not executable.'],
])('%s is refused', async (query, message) => {
  const { status, body } = await server.ask(query)
  expect(status).toBe(200)
  expect(body.data).toBeNull()
  expect(body.errors?.map((error) => error.message)).toContainEqual(
    expect.stringContaining(`Validation error of type ${message}`),
  )
})

test.each([
  [
    '$when: AWSDateTime',
    'when: $when',
    { when: '2019' },
    "Variable 'when' has an invalid value. Unable to parse `2019` as a valid DateTime Object.",
  ],
  ['$mail: AWSEmail', 'mail: $mail', { mail: 'x' }, "Variable 'mail' has an invalid value."],
  [
    '$count: Int',
    'count: $count',
    { count: 1.5 },
    "Variable 'count' has an invalid value. Expected type 'Int' but was 'Double'.",
  ],
  [
    '$line: Line',
    'line: $line',
    { line: 'x' },
    "Variable 'line' has an invalid value. Expected type 'Map' but was 'String'.",
  ],
  [
    '$line: Line',
    'line: $line',
    { line: {} },
    "Variable 'line' has coerced Null value for NonNull type 'String!'",
  ],
  [
    '$line: Line',
    'line: $line',
    { line: { name: 'a', color: 'BLUE' } },
    "Variable 'color' has an invalid value.",
  ],
  [
    '$line: Line',
    'line: $line',
    { line: { name: 'a', no: 1 } },
    "The variables input contains a field name 'no' that is not defined for input object type 'Line' ",
  ],
  ['$must: String!', 'must: $must', {}, "Variable 'must' has coerced Null value for NonNull type 'String!'"],
])(
  'case 10: a variable %s that does not fit refuses the request',
  async (definition, use, variables, message) => {
    const before = server.context.activities.length
    const { status, body } = await server.ask(`query (${definition}) { echo(${use}) }`, variables)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      data: null,
      errors: [{ path: null, locations: [{ line: 1, column: 8, sourceName: null }] }],
    })
    expect(String(body.errors?.[0]?.message).startsWith(message)).toBe(true)
    expect(server.context.activities).toHaveLength(before)
  },
)

test('arguments come as graphql-java coerces them', async () => {
  const { body } = await server.ask(
    'query ($t: String, $c: Int, $l: [Line!]) { echo(text: $t, count: $c, lines: $l) }',
    {
      t: 5,
      c: '7',
      l: { name: 'one' },
    },
  )
  expect(JSON.parse(body.data?.echo as string)).toEqual({
    text: '5',
    count: 7,
    lines: [{ name: 'one' }],
    must: 'd',
  })
})

test('case 11: GET with parameters answers as POST does', async () => {
  const parameters = new URLSearchParams({
    query: 'query ($t: String) { echo(text: $t) }',
    variables: '{"t":"x"}',
  })
  const response = await server.fetch({
    path: `/graphql?${parameters.toString()}`,
    headers: { 'x-api-key': server.key },
  })
  expect(await response.json()).toEqual({ data: { echo: '{"text":"x","must":"d"}' } })
})

test('case 12: application/graphql with a JSON body is accepted, other types are not', async () => {
  const body = JSON.stringify({ query: '{ echo }' })
  expect((await post(body, { 'content-type': 'application/graphql' })).status).toBe(200)
  expect((await post(body, { 'content-type': 'application/json; charset=UTF-8' })).status).toBe(200)
  expect(await post(body, { 'content-type': 'text/plain' })).toMatchObject({ status: 400, body: unparsable })
})

test('case 13: a preflight from any origin is allowed, and answers carry ids and exposed headers', async () => {
  const asked = 'x-api-key,authorization,x-amz-user-agent,content-type'
  const preflight = await server.fetch({
    method: 'OPTIONS',
    headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
  })
  expect(preflight.status).toBe(200)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
  expect(preflight.headers.get('access-control-allow-headers')).toBe(asked)
  const { headers } = await server.ask('{ echo }')
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  expect(headers.get('x-amzn-appsync-tokensconsumed')).toBe('1')
  expect(headers.get('content-type')).toBe('application/json;charset=UTF-8')
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-expose-headers')).toContain('x-amzn-ErrorType')
})

test('case 32: AWSJSON arrives parsed and leaves as a JSON string', async () => {
  const { body } = await server.ask('query ($x: AWSJSON) { json(x: $x) same: echo(text: "a") }', {
    x: '{"a":1}',
  })
  expect(body.data?.json).toBe('{"a":1}')
  const refused = await server.ask('query ($x: AWSJSON) { json(x: $x) }', { x: { a: 1 } })
  expect(refused.body.errors?.[0]?.message).toBe(
    "Variable 'x' has an invalid value. Unable to parse {a=1} as valid JSON.",
  )
})

test('a huge body is answered and the server lives on', async () => {
  const response = await server.fetch({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': server.key },
    body: JSON.stringify({ query: '{ echo }', variables: { x: 'x'.repeat(2_000_000) } }),
  })
  expect(response.status).toBe(413)
  expect((await server.ask('{ echo }')).status).toBe(200)
})

test('a query of more than 15,000 tokens is refused', async () => {
  const { status, body } = await server.ask(`{ ${'echo '.repeat(15_001)} }`)
  expect([status, body.errors?.[0]?.message]).toEqual([200, 'Maximum char length exceeded'])
})

test('of several operations one must be named', async () => {
  const query = 'query A { echo } query B { json(x: "1") }'
  expect(await post(JSON.stringify({ query }))).toMatchObject({
    status: 400,
    body: malformed('Missing operation name.'),
  })
  expect(await post(JSON.stringify({ query, operationName: 'B' }))).toMatchObject({
    status: 200,
    body: { data: { json: '1' } },
  })
  expect(await post(JSON.stringify({ query, operationName: 'C' }))).toMatchObject({ status: 400 })
})

test('another path or method is refused', async () => {
  expect((await server.fetch({ path: '/other' })).status).toBe(404)
  expect((await server.fetch({ method: 'PUT', body: '{}' })).status).toBe(405)
})
