import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDynamoDb, table, type RunningDynamoDb } from '../../dynamodb/testing/harness.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { calling, type CallOutcome } from '../testing/template.ts'

const onTable = (request: string) => calling('table', request)
const ServiceRoleArn = 'arn:aws:iam::000000000000:role/source'
const rejectedPut = `export const request = () => ({ operation: 'PutItem', key: { id: { S: 'row' } }, attributeValues: { v: { N: '2' } }, condition: { expression: 'attribute_not_exists(id)' } });`

let dynamo: RunningDynamoDb
let server: SmallServer
beforeAll(async () => {
  dynamo = await startDynamoDb([table('things', {})])
  server = await serve(
    {
      schema: `
        type Query {
          swallowed: Thing surfaced: Thing malformed: Thing helpers: AWSJSON
          deleteMissing: AWSJSON updateMissing: AWSJSON putTwice(v: Int): AWSJSON transact(fails: Boolean): AWSJSON transactBlind: AWSJSON
        }
        type Thing { id: ID }
      `,
      dataSources: {
        table: {
          Type: 'AMAZON_DYNAMODB',
          ServiceRoleArn,
          DynamoDBConfig: { TableName: 'things', AwsRegion: 'us-east-1' },
        },
      },
      resolvers: {
        'Query.swallowed': {
          dataSource: 'table',
          code: `${rejectedPut}\n export const response = (ctx) => ctx.result`,
        },
        'Query.surfaced': {
          dataSource: 'table',
          code: `import { util } from '@aws-appsync/utils'
            ${rejectedPut}
            export function response(ctx) { if (ctx.error) util.error(ctx.error.message, ctx.error.type); return ctx.result }`,
        },
        'Query.malformed': onTable('({ key: { id: { S: "x" } } })'),
        'Query.deleteMissing': onTable(
          'ddb.remove({ key: { id: "none" }, condition: { id: { attributeExists: true } } })',
        ),
        'Query.updateMissing': onTable(
          'ddb.update({ key: { id: "row" }, update: { v: 1 }, condition: { v: { eq: 2 } } })',
        ),
        'Query.putTwice': onTable(
          'ddb.put({ key: { id: "twice" }, item: { v: ctx.args.v }, condition: { id: { attributeExists: false } } })',
        ),
        'Query.transact': onTable(`ddb.transactWrite({ items: [
          { putItem: { table: 'things', key: { id: 'row' }, item: { v: 9 }, condition: { v: { eq: ctx.args.fails ? 2 : 1 } } } },
          { putItem: { table: 'things', key: { id: 'other' }, item: { v: 9 } } },
        ] })`),
        'Query.transactBlind': onTable(`({ operation: 'TransactWriteItems', transactItems: [
          { operation: 'DeleteItem', table: 'things', key: { id: { S: 'row' } },
            condition: { expression: 'attribute_not_exists(id)', returnValuesOnConditionCheckFailure: false } },
        ] })`),
        'Query.helpers': {
          code: `import { util } from '@aws-appsync/utils'
            import * as ddb from '@aws-appsync/utils/dynamodb'
            const { operations: ops } = { operations: ddb.operations }
            export function request() { return {} }
            export function response() {
              return {
                get: ddb.get({ key: { id: 'x' } }),
                update: ddb.update({ key: { id: 'x' }, update: { a: 1, b: ops.increment(2), c: ops.remove() } }),
                condition: JSON.parse(util.transform.toDynamoDBConditionExpression({ id: { attributeExists: true }, version: { eq: 10 } })),
                filter: JSON.parse(util.transform.toDynamoDBFilterExpression({ title: { contains: 'x' } })),
              }
            }`,
        },
      },
    },
    { context: { call: (...call) => dynamo.context.call(...call) } },
  )
  await dynamo.call('PutItem', { TableName: 'things', Item: { id: { S: 'row' }, v: { N: '1' } } })
})
afterAll(async () => {
  await server.close()
  await dynamo.stop()
})

const outcome = async (field: string): Promise<CallOutcome> => {
  const { body } = await server.ask(`{ value: ${field} }`)
  return JSON.parse(body.data?.value as string) as CallOutcome
}

test('case 27: a response handler that ignores ctx.error swallows it; one that raises it shows its type', async () => {
  const { body } = await server.ask('{ swallowed { id } surfaced { id } }')
  expect(body.data).toEqual({ swallowed: { id: 'row' }, surfaced: null })
  expect(body.errors).toMatchObject([
    { path: ['surfaced'], errorType: 'DynamoDB:ConditionalCheckFailedException' },
  ])
})

test('case 31: a DynamoDB request without an operation is a MappingTemplate error', async () => {
  const { body } = await server.ask('{ malformed { id } }')
  expect(body.errors).toMatchObject([
    { errorType: 'MappingTemplate', message: "Value for field '$[operation]' not found." },
  ])
})

const helpers = async () => {
  const { body } = await server.ask('{ helpers }')
  return JSON.parse(body.data?.helpers as string) as Record<
    string,
    { expression?: string; update?: { expression: string } }
  >
}

test('case 37: ddb.get makes the request that AWS records', async () => {
  expect((await helpers()).get).toEqual({ operation: 'GetItem', key: { id: { S: 'x' } } })
})

test('case 38: ddb.update makes one SET list, then REMOVE', async () => {
  expect((await helpers()).update?.update?.expression).toBe(
    'SET #expName_1 = :expValue_1, #expName_2 = #expName_2 + :expValue_2 REMOVE #expName_3',
  )
})

test('case 39: conditions and filters are the expressions that AWS records', async () => {
  const { condition, filter } = await helpers()
  expect(condition?.expression).toBe('(attribute_exists(#id)) AND (#version = :version_eq)')
  expect(filter?.expression).toBe('(contains(#title,:title_contains))')
})

test('case 42: a conditional delete of nothing succeeds, a conditional update that fails is an error', async () => {
  expect(await outcome('deleteMissing')).toEqual({ result: null, error: null })
  const failed = await outcome('updateMissing')
  expect(failed.error?.type).toBe('DynamoDB:ConditionalCheckFailedException')
  expect(failed.result).toEqual({ id: 'row', v: 1 })
})

test('a conditional put of what is there already succeeds, of anything else it fails', async () => {
  expect(await outcome('putTwice(v: 1)')).toEqual({ result: { id: 'twice', v: 1 }, error: null })
  expect(await outcome('putTwice(v: 1)')).toEqual({ result: { id: 'twice', v: 1 }, error: null })
  expect((await outcome('putTwice(v: 2)')).error?.type).toBe('DynamoDB:ConditionalCheckFailedException')
})

test('case 43: a transaction that fails tells each reason, one that works its keys, and repeating it is no success', async () => {
  const failed = await outcome('transact(fails: true)')
  expect(failed.error?.type).toBe('DynamoDB:TransactionCanceledException')
  expect(failed.result).toEqual({
    keys: null,
    cancellationReasons: [
      { type: 'ConditionCheckFailed', message: 'The condition check failed.', item: { id: 'row', v: 1 } },
      { type: 'None', message: 'None' },
    ],
  })
  expect((await outcome('transactBlind')).result).toEqual({
    keys: null,
    cancellationReasons: [{ type: 'ConditionCheckFailed', message: 'The condition check failed.' }],
  })
  expect((await outcome('transact(fails: false)')).result).toEqual({
    keys: [{ id: 'row' }, { id: 'other' }],
    cancellationReasons: null,
  })
  expect((await outcome('transact(fails: false)')).error?.type).toBe('DynamoDB:TransactionCanceledException')
  await dynamo.call('PutItem', { TableName: 'things', Item: { id: { S: 'row' }, v: { N: '1' } } })
})
