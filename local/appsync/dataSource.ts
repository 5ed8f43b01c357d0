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
      if (config.AwsRegion !== undefined)
        ofThisRegion(about, 'DynamoDBConfig.AwsRegion', config.AwsRegion, region)
      return { ...base, type, tableName: member(about, 'DynamoDBConfig', config, 'TableName') }
    }
    case 'AWS_LAMBDA': {
      const path = 'LambdaConfig'
      const functionArn = member(about, path, record(resource.properties[path]), 'LambdaFunctionArn')
      const [, , , ofFunction] = functionArn.split(':')
      if (ofFunction) ofThisRegion(about, `${path}.LambdaFunctionArn`, ofFunction, region)
      return { ...base, type, functionArn }
    }
    case 'HTTP': {
      const config = record(resource.properties.HttpConfig)
      const endpoint = member(about, 'HttpConfig', config, 'Endpoint')
      const own = signing(about, config)
      const aws = awsHost.exec(endpoint)
      if (aws?.groups?.region) ofThisRegion(about, 'HttpConfig.Endpoint', aws.groups.region, region)
      if (aws && own.signing) ofThisRegion(about, `${iamPath}.SigningRegion`, own.signing.region, region)
      return { ...base, type, endpoint, ...own }
    }
    default:
      throw new Error(`${about}: Type: ${unsupportedSources[type] ?? `there is no data source type ${type}`}`)
  }
}

/** An endpoint of AWS itself, and its region where it has one. */
const awsHost = /^https?:\/\/[^/]*?(?:\.(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?::\d+)?(?:\/|$)/
const iamPath = 'HttpConfig.AuthorizationConfig.AwsIamConfig'

/** What another region has would be looked for, and may be found, in the only one that is here. */
function ofThisRegion(about: string, path: string, value: unknown, region: string): void {
  if (value !== region)
    throw new Error(`${about}: ${path} is of ${String(value)}: there is only ${region} here`)
}

function signing(about: string, config: Readonly<Record<string, unknown>>): Pick<DataSourceSpec, 'signing'> {
  if (config.AuthorizationConfig === undefined) return {}
  const authorization = record(config.AuthorizationConfig)
  if (authorization.AuthorizationType !== 'AWS_IAM')
    throw new Error(`${about}: HttpConfig.AuthorizationConfig.AuthorizationType must be AWS_IAM`)
  const iam = record(authorization.AwsIamConfig)
  return {
    signing: {
      region: member(about, iamPath, iam, 'SigningRegion'),
      service: member(about, iamPath, iam, 'SigningServiceName'),
    },
  }
}

function member(about: string, path: string, config: Readonly<Record<string, unknown>>, key: string): string {
  const value = config[key]
  if (typeof value === 'string' && value !== '') return value
  throw new Error(`${about}: ${path}.${key} must be a string`)
}
