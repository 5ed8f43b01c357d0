import type { Resource } from '../aws/resource.ts'
import { optionalText, record, refuseProperties, requiredText } from './properties.ts'
import type { DataSourceSpec } from './resolver.ts'

/** Types of data sources that are not there, by the name a template uses. */
export const unsupportedSources: Readonly<Record<string, string>> = {
  AMAZON_ELASTICSEARCH: 'OpenSearch data sources are not supported',
  AMAZON_OPENSEARCH_SERVICE: 'OpenSearch data sources are not supported',
  RELATIONAL_DATABASE: 'RDS data sources are not supported',
  AMAZON_EVENTBRIDGE: 'EventBridge data sources are not supported',
  AMAZON_BEDROCK_RUNTIME: 'Bedrock data sources are not supported',
}

/** Reads a DataSource resource of an API in `region`. Throws an Error that names what is missing or not supported. */
export function dataSourceSpec(resource: Resource, region: string): DataSourceSpec {
  const about = `${resource.stack}/${resource.logicalId}`
  refuseProperties(resource, {
    ElasticsearchConfig: unsupportedSources.AMAZON_ELASTICSEARCH ?? '',
    OpenSearchServiceConfig: unsupportedSources.AMAZON_OPENSEARCH_SERVICE ?? '',
    RelationalDatabaseConfig: unsupportedSources.RELATIONAL_DATABASE ?? '',
    EventBridgeConfig: unsupportedSources.AMAZON_EVENTBRIDGE ?? '',
  })
  const type = requiredText(resource, 'Type')
  const role = optionalText(resource, 'ServiceRoleArn')
  const base = {
    name: requiredText(resource, 'Name'),
    ...(role === undefined ? {} : { serviceRoleArn: role }),
  }
  switch (type) {
    case 'NONE':
      return { ...base, type }
    case 'AMAZON_DYNAMODB': {
      const config = record(resource.properties.DynamoDBConfig)
      if (config.Versioned === true || config.Versioned === 'true' || config.DeltaSyncConfig !== undefined)
        throw new Error(`${about}: DynamoDBConfig: versioned data sources are not supported`)
      if (config.UseCallerCredentials === true || config.UseCallerCredentials === 'true')
        throw new Error(`${about}: DynamoDBConfig: UseCallerCredentials is not supported`)
      if (config.AwsRegion !== undefined && config.AwsRegion !== region)
        throw new Error(
          `${about}: DynamoDBConfig.AwsRegion is ${JSON.stringify(config.AwsRegion)}: there is only ${region} here`,
        )
      return { ...base, type, tableName: member(about, 'DynamoDBConfig', config, 'TableName') }
    }
    case 'AWS_LAMBDA':
      return {
        ...base,
        type,
        functionArn: member(
          about,
          'LambdaConfig',
          record(resource.properties.LambdaConfig),
          'LambdaFunctionArn',
        ),
      }
    case 'HTTP': {
      const config = record(resource.properties.HttpConfig)
      return {
        ...base,
        type,
        endpoint: member(about, 'HttpConfig', config, 'Endpoint'),
        ...signing(about, config),
      }
    }
    default:
      throw new Error(`${about}: Type: ${unsupportedSources[type] ?? `there is no data source type ${type}`}`)
  }
}

function signing(about: string, config: Readonly<Record<string, unknown>>): Pick<DataSourceSpec, 'signing'> {
  if (config.AuthorizationConfig === undefined) return {}
  const authorization = record(config.AuthorizationConfig)
  if (authorization.AuthorizationType !== 'AWS_IAM')
    throw new Error(`${about}: HttpConfig.AuthorizationConfig.AuthorizationType must be AWS_IAM`)
  const iam = record(authorization.AwsIamConfig)
  const path = 'HttpConfig.AuthorizationConfig.AwsIamConfig'
  return {
    signing: {
      region: member(about, path, iam, 'SigningRegion'),
      service: member(about, path, iam, 'SigningServiceName'),
    },
  }
}

function member(about: string, path: string, config: Readonly<Record<string, unknown>>, key: string): string {
  const value = config[key]
  if (typeof value === 'string' && value !== '') return value
  throw new Error(`${about}: ${path}.${key} must be a string`)
}
