import type { Principal } from '../../aws/principal.ts'
import { AwsError } from '../../aws/error.ts'
import { listenOnLoopback } from '../../http/index.ts'
import { testContext, type TestContext } from '../../testing/context.ts'
import { createAppSync, type AppSync, type Authenticate, type SignedRequest } from '../index.ts'
import type { AwsHttp } from '../resolver.ts'
import { smallTemplate, type SmallApi } from './template.ts'

type ServerOptions = Partial<Parameters<typeof testContext>[0]> & {
  http?: AwsHttp
  /** Verifies signatures instead of the stand-in. */
  authenticate?: Authenticate
  /** Overrides members of the context, such as `authorize`. */
  context?: Partial<TestContext>
  tls?: Parameters<typeof listenOnLoopback>[2]
}

export interface GraphQLResult {
  readonly status: number
  readonly headers: Headers
  readonly body: { data?: Record<string, unknown> | null; errors?: Record<string, unknown>[] }
}

/** A served API. */
export interface SmallServer {
  readonly appsync: AppSync
  readonly context: TestContext
  readonly origin: string
  /** Sockets that asked to be upgraded, and how many of them are still open. */
  readonly upgrades: { readonly asked: number; readonly open: number }
  readonly port: number
  readonly key: string
  /** Asks as a client with the API's key; `headers` are added, `null` takes one away. */
  ask(query: string, variables?: object, headers?: Record<string, string | null>): Promise<GraphQLResult>
  /** Asks as an IAM caller; the name stands for the role. */
  askAs(role: string, query: string, variables?: object): Promise<GraphQLResult>
  /** The raw way in. */
  fetch(init?: RequestInit & { path?: string }): Promise<Response>
  redeploy(api: SmallApi): Promise<void>
  close(): Promise<void>
}

/** Deploys and serves a small API on a free port. Signatures are a stand-in, unless told otherwise: `AWS4-TEST <role>`. */
export async function serve(api: SmallApi, options: ServerOptions = {}): Promise<SmallServer> {
  const context = Object.assign(testContext(options), options.context)
  const noHttp: AwsHttp = () => Promise.reject(new Error('no HTTP here'))
  const { http = noHttp, authenticate = roleOfSignature } = options
  const appsync = createAppSync(context, { http, authenticate })
  const redeploy = (changed: SmallApi): Promise<void> =>
    appsync.service.deploy(smallTemplate(changed, context))
  await redeploy(api)
  await appsync.service.start?.()
  const listening = await listenOnLoopback(
    (request, response) => appsync.handle(request, response),
    0,
    options.tls,
  )
  const upgrades = { asked: 0, open: 0 }
  listening.server.on('upgrade', (request, socket, head) => {
    upgrades.asked++
    upgrades.open++
    socket.on('close', () => upgrades.open--)
    appsync.handleUpgrade(request, socket, head)
  })

  const key =
    smallTemplate(api, context).find((each) => each.type === 'AWS::AppSync::ApiKey')?.attributes.ApiKey ?? ''
  const send = (init: RequestInit & { path?: string } = {}): Promise<Response> =>
    fetch(`${listening.origin}${init.path ?? '/graphql'}`, init)
  const ask: SmallServer['ask'] = async (query, variables, headers = {}) => {
    const all = { 'content-type': 'application/json', 'x-api-key': key, ...headers }
    const given = Object.entries<string | null>(all).flatMap(([name, value]): [string, string][] =>
      value === null ? [] : [[name, value]],
    )
    const response = await send({
      method: 'POST',
      headers: given,
      body: JSON.stringify({ query, variables }),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as GraphQLResult['body'],
    }
  }
  return {
    appsync,
    context,
    origin: listening.origin,
    upgrades,
    port: listening.port,
    key,
    ask,
    askAs: (role, query, variables) =>
      ask(query, variables, { 'x-api-key': null, authorization: `AWS4-TEST ${role}` }),
    fetch: send,
    redeploy,
    async close() {
      await appsync.service.stop?.()
      await listening.close()
      context.cleanup()
    },
  }
}

function roleOfSignature({ headers }: SignedRequest): Principal {
  const role = String(headers.authorization).replace('AWS4-TEST ', '')
  if (role === 'bad')
    throw new AwsError('InvalidSignatureException', 'The request signature we calculated does not match.', {
      status: 403,
    })
  return { kind: 'role', roleArn: `arn:aws:iam::000000000000:role/${role}`, session: 'test' }
}
