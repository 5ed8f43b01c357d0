import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unsupportedSources } from '../dataSource.ts'
import { unsupportedInResolvers } from '../resolverSpec.ts'
import { unsupportedTypes } from '../resourceTypes.ts'
import { unsupportedDirectives } from '../schema/directives.ts'
import { unsupportedModes, unsupportedProperties } from '../settings.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering, type SmallApi } from '../testing/template.ts'

const schema = 'type Query { a: String }'
const ServiceRoleArn = 'arn:aws:iam::000000000000:role/source'
const Code = answering('1')
const Runtime = { Name: 'APPSYNC_JS', RuntimeVersion: '1.0.0' }
const source = (properties: object): SmallApi => ({
  schema,
  dataSources: { s: { ServiceRoleArn, ...properties } },
})
const table = (more: object): SmallApi =>
  source({ Type: 'AMAZON_DYNAMODB', DynamoDBConfig: { TableName: 't', ...more } })
const signed = (Endpoint: string, SigningRegion: string): SmallApi =>
  source({
    Type: 'HTTP',
    HttpConfig: {
      Endpoint,
      AuthorizationConfig: {
        AuthorizationType: 'AWS_IAM',
        AwsIamConfig: { SigningRegion, SigningServiceName: 'states' },
      },
    },
  })
const more = (type: string, properties = {}): SmallApi => ({ schema, more: { More: { type, properties } } })

const entries = (
  reasons: Readonly<Record<string, string>>,
  api: (name: string) => SmallApi,
): [name: string, api: SmallApi, message: string][] =>
  Object.entries(reasons).map(([name, why]) => [name, api(name), why])

/** All that a template can ask for and that is not there. */
const refused = [
  ...entries(unsupportedTypes, (type) => more(type)),
  ...entries(unsupportedModes, (AuthenticationType) => ({ schema, api: { AuthenticationType } })),
  ...entries(unsupportedModes, (AuthenticationType) => ({
    schema,
    api: { AdditionalAuthenticationProviders: [{ AuthenticationType }] },
  })),
  ...entries(unsupportedProperties, (property) => ({ schema, api: { [property]: {} } })),
  ...entries(unsupportedSources, (Type) => source({ Type })),
  ...entries(unsupportedDirectives, (name) => ({ schema: `type Query { a: String @${name} }` })),
  ...entries(unsupportedInResolvers, (property) =>
    more('AWS::AppSync::Resolver', {
      ...{ ApiId: 'api', TypeName: 'Query', FieldName: 'a', DataSourceName: 'none', Code, Runtime },
      [property]: {},
    }),
  ),
  ...entries(unsupportedInResolvers, (property) =>
    more('AWS::AppSync::FunctionConfiguration', {
      ...{ ApiId: 'api', Name: 'f', DataSourceName: 'none', Code, Runtime },
      [property]: {},
    }),
  ),
  ['Versioned', table({ Versioned: true }), 'versioned data sources are not supported'],
  ['DeltaSyncConfig', table({ DeltaSyncConfig: {} }), 'versioned data sources are not supported'],
  ['UseCallerCredentials', table({ UseCallerCredentials: true }), 'UseCallerCredentials is not supported'],
  [
    'AwsRegion',
    table({ AwsRegion: 'eu-west-1' }),
    'DynamoDBConfig.AwsRegion is of eu-west-1: there is only us-east-1 here',
  ],
  [
    'LambdaFunctionArn',
    source({
      Type: 'AWS_LAMBDA',
      LambdaConfig: { LambdaFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f' },
    }),
    'LambdaConfig.LambdaFunctionArn is of eu-west-1: there is only us-east-1 here',
  ],
  [
    'SigningRegion',
    signed('https://states.us-east-1.amazonaws.com/', 'eu-west-1'),
    'SigningRegion is of eu-west-1: there is only us-east-1 here',
  ],
  [
    'Endpoint',
    signed('https://states.eu-west-1.amazonaws.com/', 'us-east-1'),
    'HttpConfig.Endpoint is of eu-west-1: there is only us-east-1 here',
  ],
  ['MERGED', { schema, api: { ApiType: 'MERGED' } }, 'merged APIs are not supported'],
  ['PRIVATE', { schema, api: { Visibility: 'PRIVATE' } }, 'private APIs are not supported'],
] as const satisfies readonly (readonly [string, SmallApi, string])[]

let server: SmallServer
beforeAll(async () => {
  server = await serve({ schema })
})
afterAll(() => server.close())

test.each(refused)('%s is refused at load by its name', async (_, api, message) => {
  const said = await server.redeploy(api).then(() => 'deployed', String)
  expect(said).toMatch(/^Error: Small\//)
  expect(said).toContain(message)
})

test.each([
  ['https://example.com/', 'eu-west-1'],
  ['https://sts.amazonaws.com/', 'us-east-1'],
  ['https://states.us-east-1.amazonaws.com/', 'us-east-1'],
])('the endpoint %s with the signing region %s is deployed', async (endpoint, region) => {
  await server.redeploy(signed(endpoint, region))
})

test('what is refused is listed in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const unlisted = refused
    .map(([name]) => name)
    .filter((name) => ![`\`${name}\``, `\`@${name}\``].some((each) => readme.includes(each)))
  expect([...new Set(unlisted)]).toEqual([])
})
