import { expect, test } from 'vitest'
import { testContext } from '../../testing/context.ts'
import type { DataSourceSpec } from '../resolver.ts'
import { bench } from '../runtime/testing/resolve.ts'
import { openDataSource } from './open.ts'

const lacking: [spec: DataSourceSpec, message: string][] = [
  [
    { name: 'a', type: 'AMAZON_DYNAMODB', tableName: 't' },
    "Data source 'a' (AMAZON_DYNAMODB) has no serviceRoleArn.",
  ],
  [
    { name: 'a', type: 'AMAZON_DYNAMODB', serviceRoleArn: 'r' },
    "Data source 'a' (AMAZON_DYNAMODB) has no tableName.",
  ],
  [{ name: 'a', type: 'HTTP' }, "Data source 'a' (HTTP) has no endpoint."],
  [
    { name: 'a', type: 'AWS_LAMBDA', serviceRoleArn: 'r' },
    "Data source 'a' (AWS_LAMBDA) has no functionArn.",
  ],
  [
    { name: 'a', type: 'RELATIONAL_DATABASE' } as unknown as DataSourceSpec,
    "Data source 'a' has the type RELATIONAL_DATABASE, which is not supported here.",
  ],
]

test.each(lacking)('a data source that cannot work is refused: %j', (spec, message) => {
  const context = testContext()
  expect(() => openDataSource(spec, context, () => Promise.reject(new Error()))).toThrow(message)
  context.cleanup()
})

test('a resolver without its data source is refused', () => {
  expect(() => bench().resolver({ dataSource: 'nowhere' })).toThrow(
    "Query.thing: there is no data source 'nowhere'.",
  )
})
