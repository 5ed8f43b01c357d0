import { operator } from '../../aws/principal.ts'
import type { Resource } from '../../aws/resource.ts'
import type { Input, Service } from '../../aws/service.ts'
import { testContext, testPlace } from '../../testing/context.ts'
import type { TestContext } from '../../testing/context.ts'
import { createDynamoDb } from '../index.ts'
import type { DynamoDb } from '../index.ts'
import { resourceTypes } from '../tables/resourceTypes.ts'

export interface RunningDynamoDb extends DynamoDb {
  readonly context: TestContext
  call(action: string, input: object): Promise<Input>
  callStreams(action: string, input: object): Promise<Input>
  stop(): Promise<void>
}

/** DynamoDB with these tables, alone in a cloud in which everything is allowed. */
export async function startDynamoDb(
  tables: readonly Resource[],
  options: Parameters<typeof testContext>[0] & { endpoint?: string } = {},
): Promise<RunningDynamoDb> {
  const services: Service[] = []
  const context = testContext({ ...options, services: () => services })
  const dynamodb = createDynamoDb(
    context,
    options.endpoint === undefined ? {} : { endpoint: options.endpoint },
  )
  services.push(dynamodb.service, dynamodb.streams)
  await dynamodb.service.deploy(tables)
  await dynamodb.service.start?.()
  const calling = (service: string) => async (action: string, input: object) =>
    (await context.call(service, action, input, operator)) as Input
  return {
    ...dynamodb,
    context,
    call: calling('dynamodb'),
    callStreams: calling('dynamodbstreams'),
    async stop() {
      await dynamodb.service.stop?.()
      context.cleanup()
    },
  }
}

/** A table with the string key `id`, unless the properties say otherwise. */
export function table(
  name: string,
  properties: Input,
  type: keyof typeof resourceTypes = 'AWS::DynamoDB::Table',
): Resource {
  const all: Input = {
    TableName: name,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...properties,
  }
  const id = { stack: 'Stack', logicalId: name, property: (property: string) => all[property] }
  return { ...id, ...resourceTypes[type].identify(id, testPlace), type, properties: all }
}
