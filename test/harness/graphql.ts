import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { GraphQLProblem } from '../../client/sdk/index.ts'
import type { Credentials } from '../../local/aws/context.ts'
import type { Shop } from './shop.ts'

export interface GraphQLAnswer {
  data?: Record<string, unknown> | null
  errors?: GraphQLProblem[]
}

type Door = Pick<Shop, 'outputs' | 'cloud'>

/** Sends one request as any HTTP client would; `headers` are added, or taken away where they are empty. */
export async function post(
  { outputs }: Pick<Shop, 'outputs'>,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<{ status: number; answer: GraphQLAnswer }> {
  const usual = { 'content-type': 'application/json', 'x-api-key': outputs.ApiKey ?? '' }
  const sent = Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== '')
  const response = await fetch(outputs.GraphqlUrl ?? '', { method: 'POST', headers: sent, body })
  return { status: response.status, answer: (await response.json()) as GraphQLAnswer }
}

/** What AppSync answers to a caller with the API key. */
export async function graphql(shop: Door, query: string, variables: object = {}): Promise<GraphQLAnswer> {
  return (await post(shop, JSON.stringify({ query, variables }))).answer
}

/** What AppSync answers to a caller known by IAM: the operator, unless other keys are given. */
export async function signedGraphql(
  shop: Door,
  query: string,
  variables: object = {},
  credentials: Credentials = shop.cloud.operator,
): Promise<GraphQLAnswer> {
  const { hostname, host, port, pathname: path } = new URL(shop.outputs.GraphqlUrl ?? '')
  const body = JSON.stringify({ query, variables })
  const region = shop.cloud.place.region
  const signer = new SignatureV4({ service: 'appsync', region, credentials, sha256: Sha256 })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path,
    headers: { host, 'content-type': 'application/json' },
    body,
  })
  return (await post(shop, body, { ...headers, 'x-api-key': '' })).answer
}
