import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { Shop } from './shop.ts'

/** Lines with `words` in the log groups whose names begin with `prefix`, oldest first within each group. */
export async function linesWith(
  { logs }: Pick<Shop, 'logs'>,
  prefix: string,
  words: string,
): Promise<string[]> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix }))
  const found = await Promise.all(
    logGroups.map(({ logGroupName }) =>
      logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: `"${words}"` })),
    ),
  )
  return found.flatMap(({ events = [] }) => events.map(({ message = '' }) => message))
}
