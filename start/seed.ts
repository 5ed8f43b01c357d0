import type { Cloud } from '../local/cloud.ts'
import { operator } from '../local/aws/principal.ts'
import { AwsError } from '../local/aws/error.ts'

/** Products to try things with: 1,000 of each. */
export const seeds = ['SKU123', 'SKU999', 'APPLE-1', 'PEAR-1', 'PLUM-1']
export const seededStock = 1_000

/** Puts each product into stock once: what is there already stays as it is. */
export async function seed(cloud: Cloud): Promise<void> {
  const table = cloud.outputs.OrderSystem?.InventoryTable
  if (table === undefined) throw new Error('The stack OrderSystem has no output InventoryTable.')
  await Promise.all(
    seeds.map(async (sku) => {
      try {
        const Item = {
          sku: { S: sku },
          available: { N: String(seededStock) },
          updatedAt: { S: new Date().toISOString() },
        }
        const once = { TableName: table, Item, ConditionExpression: 'attribute_not_exists(sku)' }
        await cloud.call('dynamodb', 'PutItem', once, operator)
      } catch (error) {
        if (!(error instanceof AwsError && error.code === 'ConditionalCheckFailedException')) throw error
      }
    }),
  )
}
