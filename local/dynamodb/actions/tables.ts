import { flag, record, text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import type { Database } from '../database.ts'
import { onTable } from '../permissions.ts'
import { descriptionIn, ourDescription } from '../tables/describe.ts'
import type { StreamViewType } from '../tables/definition.ts'
import { storedStream } from '../tables/known.ts'
import { byName } from './input.ts'

export function tableActions(database: Database): Record<string, Action> {
  const ask = (action: string, input: Input): Promise<object> =>
    database.backend.send(`DynamoDB_20120810.${action}`, byName(input))
  const onOne = (action: string, run: Action['run']): Action => ({
    permissions: (input) => onTable(database, action, input),
    run,
  })
  const ours = (answer: object): Input => {
    const description = descriptionIn(answer)
    return ourDescription(
      database.context.place,
      description,
      database.tables.get(text(description, 'TableName') ?? ''),
    )
  }
  return {
    ListTables: {
      permissions: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
      run: (input) => ask('ListTables', input),
    },
    DescribeTable: onOne('DescribeTable', async (input) => ({
      Table: ours(await ask('DescribeTable', input)),
    })),
    CreateTable: onOne('CreateTable', async (input) => {
      const answer = await ask('CreateTable', { ...input, ...asStored(input) })
      database.learn(descriptionIn(answer), wantedStream(input))
      return { TableDescription: ours(answer) }
    }),
    UpdateTable: onOne('UpdateTable', async (input) => {
      const answer = await ask('UpdateTable', { ...input, ...asStored(input) })
      database.learn(descriptionIn(answer), wantedStream(input))
      return { TableDescription: ours(answer) }
    }),
    DeleteTable: onOne('DeleteTable', async (input) => {
      const answer = await ask('DeleteTable', input)
      const description = ours(answer)
      database.tables.delete(text(description, 'TableName') ?? '')
      return { TableDescription: description }
    }),
    DescribeTimeToLive: onOne('DescribeTimeToLive', (input) => ask('DescribeTimeToLive', input)),
    UpdateTimeToLive: onOne('UpdateTimeToLive', (input) => ask('UpdateTimeToLive', input)),
  }
}

function wantedStream({ StreamSpecification: given }: Input): StreamViewType | undefined {
  const specification = record(given)
  if (!specification || flag(specification, 'StreamEnabled') === false) return undefined
  return text(specification, 'StreamViewType') as StreamViewType | undefined
}

function asStored(input: Input): Input {
  return storedStream(wantedStream(input))
}
