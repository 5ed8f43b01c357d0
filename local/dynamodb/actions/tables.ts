import { text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import type { Database } from '../database.ts'
import { onTable } from '../permissions.ts'
import { descriptionIn } from '../tables/known.ts'

export function tableActions(database: Database): Record<string, Action> {
  const ask = (action: string, input: Input): Promise<object> | object =>
    database.backend.send(`DynamoDB_20120810.${action}`, input)
  const onOne = (action: string, after: (answer: object) => void = () => undefined): Action => ({
    permissions: (input) => onTable(database, action, input),
    async run(input) {
      const answer = await ask(action, input)
      after(answer)
      return answer
    },
  })
  const learn = (answer: object): void => database.learn(descriptionIn(answer))
  return {
    ListTables: {
      permissions: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
      run: (input) => ask('ListTables', input),
    },
    DescribeTable: onOne('DescribeTable'),
    CreateTable: onOne('CreateTable', learn),
    UpdateTable: onOne('UpdateTable', learn),
    DeleteTable: onOne('DeleteTable', (answer) => {
      database.tables.delete(text(descriptionIn(answer), 'TableName') ?? '')
    }),
    DescribeTimeToLive: onOne('DescribeTimeToLive'),
    UpdateTimeToLive: onOne('UpdateTimeToLive'),
  }
}
