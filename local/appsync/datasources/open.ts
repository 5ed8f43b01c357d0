import type { CloudContext } from '../../aws/context.ts'
import type { Principal } from '../../aws/principal.ts'
import type { AwsHttp, DataSourceSpec } from '../resolver.ts'
import type { DataSource } from './dataSource.ts'
import { dynamoDb } from './dynamodb/index.ts'
import { httpSource } from './http.ts'
import { lambdaSource } from './lambda.ts'
import { none } from './none.ts'

/** Opens a data source of the template for one step of a resolver; throws an Error that names it and what it lacks. */
export function openDataSource(
  spec: DataSourceSpec,
  context: CloudContext,
  http: AwsHttp,
  maxBatchSize = 0,
): DataSource {
  const need = (member: 'serviceRoleArn' | 'tableName' | 'endpoint' | 'functionArn'): string => {
    const value = spec[member]
    if (value === undefined) throw new Error(`Data source '${spec.name}' (${spec.type}) has no ${member}.`)
    return value
  }
  const role = (): Principal => ({
    kind: 'role',
    roleArn: need('serviceRoleArn'),
    session: 'APPSYNC_ASSUME_ROLE',
  })
  switch (spec.type) {
    case 'NONE':
      return none
    case 'AMAZON_DYNAMODB':
      return dynamoDb(need('tableName'), role(), context)
    case 'AWS_LAMBDA':
      return lambdaSource(need('functionArn'), role(), context, maxBatchSize)
    case 'HTTP': {
      const principal = spec.serviceRoleArn === undefined && !spec.signing ? anonymous : role()
      return httpSource({ endpoint: need('endpoint'), signing: spec.signing, principal }, http, context)
    }
    default: {
      const type: string = spec.type
      throw new Error(`Data source '${spec.name}' has the type ${type}, which is not supported here.`)
    }
  }
}

/** An HTTP source that signs nothing acts for nobody. */
const anonymous: Principal = { kind: 'service', service: 'appsync.amazonaws.com', sourceArn: '' }
