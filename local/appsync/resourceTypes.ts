import { arn, type Place } from '../aws/place.ts'
import type { ResourceIdentity, ResourceType } from '../aws/resource.ts'
import { generatedName } from '../aws/resource.ts'
import { stableId } from './identifiers.ts'

type Id = Parameters<ResourceType['identify']>[0]

export const apiType = 'AWS::AppSync::GraphQLApi'
export const schemaType = 'AWS::AppSync::GraphQLSchema'
export const keyType = 'AWS::AppSync::ApiKey'
export const dataSourceType = 'AWS::AppSync::DataSource'
export const functionType = 'AWS::AppSync::FunctionConfiguration'
export const resolverType = 'AWS::AppSync::Resolver'

/** Paths of the API on its origin. */
export const graphqlPath = '/graphql'
export const realtimePath = '/graphql/realtime'

/** Resource types of AppSync that a local API cannot stand for; named so that they are refused with a reason. */
export const unsupportedTypes: Readonly<Record<string, string>> = {
  'AWS::AppSync::Api': 'Event APIs are not supported',
  'AWS::AppSync::ApiCache': 'caching is not supported',
  'AWS::AppSync::ChannelNamespace': 'Event APIs are not supported',
  'AWS::AppSync::DomainName': 'custom domains are not supported',
  'AWS::AppSync::DomainNameApiAssociation': 'custom domains are not supported',
  'AWS::AppSync::SourceApiAssociation': 'merged APIs are not supported',
}

/** How AppSync's resources are named; `keyOf` gives the secret of an ApiKey. */
export function appSyncResourceTypes(keyOf: (id: Id) => string): Record<string, ResourceType> {
  const refused = Object.fromEntries(
    Object.keys(unsupportedTypes).map((type) => [
      type,
      { identify: (id: Id) => ({ ref: id.logicalId, attributes: {} }) },
    ]),
  )
  return {
    ...refused,
    [apiType]: { identify: identifyApi },
    [schemaType]: {
      identify: (id) => {
        const ref = `${text(id, 'ApiId')}GraphQLSchema`
        return { ref, attributes: { Id: ref } }
      },
    },
    [keyType]: {
      identify: (id, place) => {
        const key = keyOf(id)
        const keyArn = apiArn(place, text(id, 'ApiId'), `/apikeys/${key}`)
        return { ref: keyArn, attributes: { ApiKey: key, ApiKeyId: key, Arn: keyArn } }
      },
    },
    [dataSourceType]: {
      identify: (id, place) => {
        const name = text(id, 'Name')
        const own = apiArn(place, text(id, 'ApiId'), `/datasources/${name}`)
        return { ref: own, attributes: { DataSourceArn: own, Name: name } }
      },
    },
    [functionType]: {
      identify: (id, place) => {
        const functionId = stableId('function', id)
        const own = apiArn(place, text(id, 'ApiId'), `/functions/${functionId}`)
        const attributes = {
          FunctionArn: own,
          FunctionId: functionId,
          Name: text(id, 'Name'),
          DataSourceName: text(id, 'DataSourceName'),
        }
        return { ref: own, attributes }
      },
    },
    [resolverType]: {
      identify: (id, place) => {
        const [TypeName, FieldName] = [text(id, 'TypeName'), text(id, 'FieldName')]
        const own = apiArn(place, text(id, 'ApiId'), `/types/${TypeName}/resolvers/${FieldName}`)
        return { ref: own, attributes: { ResolverArn: own, TypeName, FieldName } }
      },
    },
  }
}

function identifyApi(id: Id, place: Place): ResourceIdentity {
  const apiId = stableId('api', id)
  const own = apiArn(place, apiId)
  const { host, protocol } = new URL(place.appsyncEndpoint)
  return {
    ref: own,
    attributes: {
      ApiId: apiId,
      Arn: own,
      GraphQLDns: host,
      GraphQLEndpointArn: arn(place, 'appsync', `endpoints/graphql-api/${apiId}`),
      GraphQLUrl: `${place.appsyncEndpoint}${graphqlPath}`,
      RealtimeDns: host,
      RealtimeUrl: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${realtimePath}`,
      Name: typeof id.property('Name') === 'string' ? text(id, 'Name') : generatedName(id),
    },
  }
}

function apiArn(place: Place, apiId: string, rest = ''): string {
  return arn(place, 'appsync', `apis/${apiId}${rest}`)
}

function text(id: Id, property: string): string {
  const value = id.property(property)
  if (typeof value === 'string') return value
  throw new Error(`${id.stack}/${id.logicalId}: ${property} must be a string`)
}
