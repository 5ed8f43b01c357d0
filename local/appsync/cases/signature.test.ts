import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../aws/clock.ts'
import { createIam } from '../../iam/index.ts'
import { testPlace } from '../../testing/context.ts'
import { connect, openSocket } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

const iam = createIam({ place: testPlace, seed: 'seed', clock: systemClock })
const own = iam.operatorCredentials()

let server: SmallServer
beforeAll(async () => {
  server = await serve(
    {
      schema: `
        type Query { who: String }
        type Mutation { change(id: ID): Thing }
        type Thing { id: ID }
        type Subscription { onChange: Thing @aws_subscribe(mutations: ["change"]) }
      `,
      api: { AuthenticationType: 'AWS_IAM' },
      resolvers: { 'Query.who': answering('ctx.identity.userArn'), 'Mutation.change': answering('ctx.args') },
    },
    { authenticate: iam.authenticate },
  )
})
afterAll(() => server.close())

interface Fault {
  readonly credentials?: typeof own
  /** Milliseconds by which the signer's clock is ahead. */
  readonly ahead?: number
  readonly service?: string
}

/** The headers of a request of this body, signed as clients sign. */
async function signed(path: string, body: string, fault: Fault = {}): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: fault.service ?? 'appsync',
    region: 'us-east-1',
    credentials: fault.credentials ?? own,
    sha256: Sha256,
  })
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      headers: { host: `127.0.0.1:${server.port}`, 'content-type': 'application/json' },
      body,
    },
    { signingDate: new Date(Date.now() + (fault.ahead ?? 0)) },
  )
  return headers
}

const mismatch = 'The request signature we calculated does not match the signature you provided.'
const faults: [what: string, fault: Fault, code: string, message: string][] = [
  [
    'another secret',
    { credentials: { ...own, secretAccessKey: 'wrong' } },
    'InvalidSignatureException',
    mismatch,
  ],
  [
    'an unknown key',
    { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } },
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ],
  ['a slow clock', { ahead: -20 * 60_000 }, 'InvalidSignatureException', 'Signature expired: '],
  ['a fast clock', { ahead: 20 * 60_000 }, 'InvalidSignatureException', 'Signature not yet current: '],
  ['the scope of another service', { service: 'execute-api' }, 'InvalidSignatureException', 'Credential'],
]
const query = JSON.stringify({ query: '{ who }' })

describe('over HTTP', () => {
  const post = (headers: Record<string, string>, body: string) =>
    server.fetch({ method: 'POST', headers, body })

  test('the signer is who calls', async () => {
    const answer = await post(await signed('/graphql', query), query)
    expect(await answer.json()).toEqual({ data: { who: 'arn:aws:iam::000000000000:user/operator' } })
  })

  test.each(faults)('%s is refused by its name', async (_, fault, code, message) => {
    const answer = await post(await signed('/graphql', query, fault), query)
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, code])
    const { errors } = (await answer.json()) as { errors: object[] }
    expect(errors).toEqual([
      { errorType: code, message: expect.stringMatching(new RegExp(`^${message}`)) as string },
    ])
  })

  test('a changed body is refused', async () => {
    const answer = await post(await signed('/graphql', query), query.replace('who', 'why'))
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      403,
      'InvalidSignatureException',
    ])
  })
})

describe('over the realtime endpoint', () => {
  const data = JSON.stringify({ query: 'subscription { onChange { id } }', variables: {} })
  const start = (id: string, authorization: object, sent = data): object => ({
    id,
    type: 'start',
    payload: { data: sent, extensions: { authorization } },
  })

  test('the connection signs {} for /connect, each start its data, and events come', async () => {
    const client = await connect(server, { headers: await signed('/graphql/connect', '{}') })
    client.send(start('1', await signed('/graphql', data)))
    expect(await client.next()).toEqual({ type: 'start_ack', id: '1' })
    const change = JSON.stringify({ query: 'mutation { change(id: "7") { id } }' })
    await server.fetch({ method: 'POST', headers: await signed('/graphql', change), body: change })
    expect((await client.next()).payload?.data).toEqual({ onChange: { id: '7' } })
    client.socket.close()
  })

  test.each(faults)('%s is told in a connection_error, and at start in an error', async (_, fault, code) => {
    const refused = await openSocket(server, { headers: await signed('/graphql/connect', '{}', fault) })
    refused.send({ type: 'connection_init' })
    const { type, payload } = await refused.next()
    expect([type, payload?.errors?.[0]?.errorType]).toEqual(['connection_error', code])
    await refused.closed
    const client = await connect(server, { headers: await signed('/graphql/connect', '{}') })
    client.send(start('1', await signed('/graphql', data, fault)))
    expect(await client.next()).toMatchObject({
      type: 'error',
      id: '1',
      payload: { errors: [{ errorType: code }] },
    })
    client.socket.close()
  })

  test('data that was changed after signing is refused', async () => {
    const client = await connect(server, { headers: await signed('/graphql/connect', '{}') })
    client.send(start('1', await signed('/graphql', data), data.replace('{ id }', '{ id id }')))
    expect((await client.next()).payload?.errors?.[0]?.errorType).toBe('InvalidSignatureException')
    client.socket.close()
  })
})
