import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { generate } from 'selfsigned'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

let server: SmallServer
let certificateFile: string
const children: ChildProcess[] = []

beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  server = await serve(
    {
      schema: `
        type Query { a: Int }
        type Mutation { change(id: ID!): Thing }
        type Subscription { onChange: Thing @aws_subscribe(mutations: ["change"]) onForbidden: Thing @aws_subscribe(mutations: ["change"]) @aws_iam }
        type Thing { id: ID }
      `,
      api: { AdditionalAuthenticationProviders: [{ AuthenticationType: 'AWS_IAM' }] },
      resolvers: { 'Mutation.change': answering('ctx.args') },
    },
    { tls: { tls: { key, cert } } },
  )
  certificateFile = join(server.context.data, 'certificate.pem')
  writeFileSync(certificateFile, cert)
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill()
})
afterAll(() => server.close())

interface Line {
  readonly next?: unknown
  readonly error?: { errors: { message: string }[] }
  readonly result?: unknown
  readonly rejected?: unknown
}

/** Starts the Amplify application and reads its lines one by one. */
async function amplify(options: {
  key?: string
  endpoint?: string
  subscription?: string
  mutation?: string
}) {
  const script = join(import.meta.dirname, '../testing/amplifyClient.ts')
  const endpoint = options.endpoint ?? `http://localhost:${server.port}/graphql`
  const child = spawn(
    process.execPath,
    [script, endpoint, options.key ?? server.key, options.subscription ?? '', options.mutation ?? ''],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile }, stdio: ['pipe', 'pipe', 'ignore'] },
  )
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async (): Promise<Line> => JSON.parse((await lines.next()).value ?? '{}') as Line
  expect(await line()).toEqual({ ready: true })
  return { line, mutate: () => child.stdin.write('go\n') }
}

const subscribed = (): Promise<void> =>
  until(() => server.context.activities.some(({ what }) => what === 'subscribe'))

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('case 61: Amplify subscribes over TLS and mutates over plain HTTP on one port', async () => {
  const client = await amplify({
    subscription: 'subscription { onChange { id } }',
    mutation: 'mutation { change(id: "1") { id } }',
  })
  await subscribed()
  client.mutate()
  const lines = [await client.line(), await client.line()]
  expect(lines).toContainEqual({ result: { change: { id: '1' } } })
  expect(lines).toContainEqual({ next: { onChange: { id: '1' } } })
})

test('case 51: with a bad key Amplify tells its observer once', async () => {
  const client = await amplify({ key: 'da2-bad', subscription: 'subscription { onChange { id } }' })
  expect((await client.line()).error?.errors[0]?.message).toBe('Connection failed: UnauthorizedException')
})

test('case 54: for a forbidden field Amplify tells its observer', async () => {
  const client = await amplify({ subscription: 'subscription { onForbidden { __typename } }' })
  expect((await client.line()).error?.errors[0]?.message).toContain(
    'Not Authorized to access onForbidden on type Subscription',
  )
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
    mutation: 'mutation { change(id: "1") { id } }',
  })
  client.mutate()
  expect(await client.line()).toHaveProperty('rejected')
  expect(posts).toHaveLength(3)
  failing.close()
})

const mutation = 'mutation { change(id: "1") { id } }'
const posts = (): number => server.context.activities.filter(({ what }) => what === 'fault').length

test.each(['throttled', 'internal', 'unavailable'] as const)(
  'case 63: Amplify gets over two requests that are %s, and gives up at the third',
  async (kind) => {
    const client = await amplify({ mutation })
    server.context.activities.length = 0
    server.appsync.faults.inject({ kind, times: 2 })
    client.mutate()
    expect(await client.line()).toEqual({ result: { change: { id: '1' } } })
    expect(posts()).toBe(2)
    const end = server.appsync.faults.inject({ kind })
    client.mutate()
    expect(await client.line()).toHaveProperty('rejected')
    expect(posts()).toBe(5)
    end()
    client.mutate()
    expect(await client.line()).toEqual({ result: { change: { id: '1' } } })
  },
)
