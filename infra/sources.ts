import { DynamoDbDataSource, HttpDataSource, NoneDataSource } from 'aws-cdk-lib/aws-appsync'
import type { BaseDataSource, GraphqlApi } from 'aws-cdk-lib/aws-appsync'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Aws } from 'aws-cdk-lib/core'
import type { SourceName } from './fields.ts'
import { allow, createRole } from './role.ts'
import type { Tables } from './tables.ts'

/** The API's data sources, each with a role for exactly the requests its resolvers make. */
export function createSources(
  api: GraphqlApi,
  { orders, inventory, idempotency }: Tables,
  machines: StateMachine[],
): Record<SourceName, BaseDataSource> {
  const indexes = ['byStatus', 'byCustomer', 'byFeed'].map((name) => `${orders.tableArn}/index/${name}`)
  return {
    Orders: tableSource(api, 'Orders', orders, [
      allow(
        ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        orders.tableArn,
      ),
      allow(['dynamodb:Query'], ...indexes),
      allow(['dynamodb:PutItem'], idempotency.tableArn),
    ]),
    Inventory: tableSource(api, 'Inventory', inventory, [
      allow(
        ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
        inventory.tableArn,
      ),
    ]),
    Idempotency: tableSource(api, 'Idempotency', idempotency, [
      allow(['dynamodb:GetItem'], idempotency.tableArn),
    ]),
    Saga: sagaSource(api, machines),
    None: new NoneDataSource(api, 'None', { api, name: 'None' }),
  }
}

function sourceRole(api: GraphqlApi, name: string, statements: PolicyStatement[]) {
  return createRole(api, `${name}Role`, 'appsync.amazonaws.com', statements)
}

function tableSource(api: GraphqlApi, name: string, table: Table, statements: PolicyStatement[]) {
  return new DynamoDbDataSource(api, name, {
    api,
    name,
    table,
    serviceRole: sourceRole(api, name, statements),
  })
}

/** Step Functions by its HTTP API, each request signed. */
function sagaSource(api: GraphqlApi, machines: StateMachine[]): HttpDataSource {
  const start = allow(['states:StartExecution'], ...machines.map(({ stateMachineArn }) => stateMachineArn))
  return new HttpDataSource(api, 'Saga', {
    api,
    name: 'Saga',
    endpoint: `https://states.${Aws.REGION}.${Aws.URL_SUFFIX}`,
    authorizationConfig: { signingRegion: Aws.REGION, signingServiceName: 'states' },
    serviceRole: sourceRole(api, 'Saga', [start]),
  })
}
