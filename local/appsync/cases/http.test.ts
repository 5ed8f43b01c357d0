import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'

let server: SmallServer
beforeAll(async () => {
  server = await serve({
    schema: 'type Query { hello(x: AWSJSON): String nested: Nested } type Nested { a: Int }',
  })
})
afterAll(() => server.close())

test('case 7: an unknown field is refused in graphql-java words, with no errorType', async () => {
  const { status, body } = await server.ask('{badfield}')
  expect(status).toBe(200)
  expect(body).toEqual({
    data: null,
    errors: [
      {
        path: null,
        locations: [{ line: 1, column: 2, sourceName: null }],
        message:
          "Validation error of type FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'",
      },
    ],
  })
})
