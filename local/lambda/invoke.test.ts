import { afterEach, expect, test } from 'vitest'
import { fn, lambdaCloud, type LambdaCloud } from './testing/cloud.ts'

let cloud: LambdaCloud | undefined
afterEach(() => cloud?.end())

test('a function answers with what its handler returns', async () => {
  cloud = await lambdaCloud([fn('double', 'return { twice: event.n * 2 }')])
  expect(await cloud.invoke('double', { n: 21 })).toEqual({
    StatusCode: 200,
    Payload: '{"twice":42}',
    ExecutedVersion: '$LATEST',
  })
})

test('what a handler throws is answered as an unhandled error', async () => {
  cloud = await lambdaCloud([fn('fails', 'throw new TypeError("no such thing")')])
  const { FunctionError, Payload } = await cloud.invoke('fails')
  expect(FunctionError).toBe('Unhandled')
  expect(JSON.parse(Payload)).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such thing' })
})
