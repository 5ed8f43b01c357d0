import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { serveAmplify, type AmplifyOptions, type AmplifyServer } from '../testing/amplify.ts'
import type { SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

let served: AmplifyServer
let server: SmallServer
beforeAll(async () => {
  served = await serveAmplify({
    schema: `
      type Query { a: Int }
      type Mutation { change(id: ID!): Thing }
      type Subscription { onChange: Thing @aws_subscribe(mutations: ["change"]) onForbidden: Thing @aws_subscribe(mutations: ["change"]) @aws_iam }
      type Thing { id: ID }
    `,
    api: { AdditionalAuthenticationProviders: [{ AuthenticationType: 'AWS_IAM' }] },
    resolvers: { 'Mutation.change': answering('ctx.args') },
  })
  server = served.server
})
afterEach(() => served.endApps())
afterAll(() => server.close())

const amplify = (options: AmplifyOptions) => served.start(options)

const subscribed = (): Promise<void> =>
  until(() => server.context.activities.some(({ what }) => what === 'subscribe'))

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('case 61: Amplify subscribes over TLS and mutates over plain HTTP on one port', async () => {
  const client = await amplify({
    subscription: 'subscription { onChange { id } }',
    operation: 'mutation { change(id: "1") { id } }',
  })
  await subscribed()
  client.send()
  const lines = [await client.line(), await client.line()]
  expect(lines).toContainEqual({ result: { change: { id: '1' } } })
  expect(lines).toContainEqual({ next: { onChange: { id: '1' } } })
})

test('case 51: with a bad key Amplify tells its observer once', async () => {
  const before = server.upgrades.asked
  const client = await amplify({ key: 'da2-bad', subscription: 'subscription { onChange { id } }' })
  expect((await client.line()).error?.errors[0]?.message).toBe('Connection failed: UnauthorizedException')
  // Its retries would come within a second.
  const second = await Promise.race([client.line(), new Promise((resolve) => setTimeout(resolve, 1_500))])
  expect([second, server.upgrades.asked - before]).toEqual([undefined, 1])
})

test('case 54: for a forbidden field Amplify tells its observer and closes its socket', async () => {
  const client = await amplify({ subscription: 'subscription { onForbidden { __typename } }' })
  expect((await client.line()).error?.errors[0]?.message).toContain(
    'Not Authorized to access onForbidden on type Subscription',
  )
  await until(() => server.upgrades.open === 0)
})

test('case 63: Amplify posts a mutation three times when it gets a 500', async () => {
  const posts: string[] = []
  const failing = createServer((request, response) => {
    if (request.method === 'POST') posts.push(request.url ?? '')
    response.writeHead(500, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(failing, 'listening')
  const { port } = failing.address() as AddressInfo
  const client = await amplify({
    endpoint: `http://127.0.0.1:${port}/graphql`,
    operation: 'mutation { change(id: "1") { id } }',
  })
  client.send()
  expect(await client.line()).toHaveProperty('rejected')
  expect(posts).toHaveLength(3)
  failing.close()
})
