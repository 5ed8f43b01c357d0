import type { Resource } from '../aws/resource.ts'
import type { Api, AuthMode, LogSettings } from './api.ts'
import { numberWithin, optionalText, record, refuseProperties, requiredText } from './properties.ts'

type Settings = Pick<
  Api,
  'name' | 'authModes' | 'environment' | 'introspection' | 'queryDepthLimit' | 'resolverCountLimit' | 'logs'
>

/** Properties of the API that ask for what is not there. */
export const unsupportedProperties: Readonly<Record<string, string>> = {
  LambdaAuthorizerConfig: 'Lambda authorization is not supported',
  OpenIDConnectConfig: 'OpenID Connect authorization is not supported',
  UserPoolConfig: 'Cognito authorization is not supported',
  MergedApiExecutionRoleArn: 'merged APIs are not supported',
}
/** Ways to sign in that are not there. */
export const unsupportedModes: Readonly<Record<string, string>> = {
  AMAZON_COGNITO_USER_POOLS: 'Cognito authorization is not supported',
  OPENID_CONNECT: 'OpenID Connect authorization is not supported',
  AWS_LAMBDA: 'Lambda authorization is not supported',
}

/** What the API resource itself says. Throws an Error that names the property AppSync, or a local one, refuses. */
export function apiSettings(api: Resource): Settings {
  refuseProperties(api, unsupportedProperties)
  const about = `${api.stack}/${api.logicalId}`
  if ((optionalText(api, 'ApiType') ?? 'GRAPHQL') !== 'GRAPHQL')
    throw new Error(`${about}: ApiType: merged APIs are not supported`)
  if ((optionalText(api, 'Visibility') ?? 'GLOBAL') !== 'GLOBAL')
    throw new Error(`${about}: Visibility: private APIs are not supported`)
  return {
    name: requiredText(api, 'Name'),
    authModes: authModes(api, about),
    environment: environment(api, about),
    introspection: (optionalText(api, 'IntrospectionConfig') ?? 'ENABLED') === 'ENABLED',
    queryDepthLimit: numberWithin(api, 'QueryDepthLimit', [0, 75], 0),
    resolverCountLimit: numberWithin(api, 'ResolverCountLimit', [0, 10_000], 0),
    logs: logSettings(api, about),
  }
}

function authModes(api: Resource, about: string): AuthMode[] {
  const more = api.properties.AdditionalAuthenticationProviders
  const providers = (Array.isArray(more) ? more : []).map((each: unknown) => record(each).AuthenticationType)
  const modes = [api.properties.AuthenticationType, ...providers].map((mode): AuthMode => {
    if (mode === 'API_KEY' || mode === 'AWS_IAM') return mode
    throw new Error(
      `${about}: ${unsupportedModes[String(mode)] ?? `there is no AuthenticationType ${JSON.stringify(mode)}`}`,
    )
  })
  if (new Set(modes).size < modes.length)
    throw new Error(`${about}: an AuthenticationType may be given only once`)
  return modes
}

function environment(api: Resource, about: string): Record<string, string> {
  const variables = Object.entries(record(api.properties.EnvironmentVariables))
  if (variables.length > 50) throw new Error(`${about}: EnvironmentVariables: 50 at most`)
  return Object.fromEntries(
    variables.map(([key, value]) => {
      if (!/^[A-Za-z]\w{1,63}$/.test(key))
        throw new Error(`${about}: EnvironmentVariables: ${key} is no valid key`)
      if (typeof value !== 'string' || value.length > 512)
        throw new Error(`${about}: EnvironmentVariables: ${key} must be a string of 512 characters at most`)
      return [key, value]
    }),
  )
}

function logSettings(api: Resource, about: string): LogSettings | undefined {
  if (api.properties.LogConfig === undefined) return undefined
  const { FieldLogLevel: level, CloudWatchLogsRoleArn: role } = record(api.properties.LogConfig)
  if (level === 'NONE' || level === 'ERROR' || level === 'INFO' || level === 'DEBUG' || level === 'ALL')
    return { level, ...(typeof role === 'string' && { role }) }
  throw new Error(
    `${about}: LogConfig.FieldLogLevel must be NONE, ERROR, INFO, DEBUG or ALL, not ${JSON.stringify(level)}`,
  )
}
