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
      type Mutation { write(text: String): String }
    `,
    resolvers: {
      'Query.echo': answering('JSON.stringify(ctx.args)'),
      'Query.json': answering('ctx.args.x'),
      'Mutation.write': answering('ctx.args.text'),
    },
  })
})
afterAll(() => server.close())

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
  server.context.activities.length = 0
  expect((await server.ask('mutation { write(text: "x") bad }')).body.data).toBeNull()
  expect(server.context.activities).toMatchObject([{ what: 'refused', error: 'FieldUndefined' }])
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
    expect(server.context.activities.slice(before)).toMatchObject([{ what: 'refused' }])
  },
)
