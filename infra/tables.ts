import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import type { TableProps } from 'aws-cdk-lib/aws-dynamodb'
import { RemovalPolicy } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { orderIndexes } from '../model/tables.ts'

export interface Tables {
  readonly orders: Table
  readonly inventory: Table
  readonly payments: Table
  readonly idempotency: Table
  readonly simulatedProvider: Table
}

/**
 * Orders and money outlive the stack: a table stays when its stack is deleted. Only a deployment that fails while it
 * makes the table takes it back, empty as it is.
 */
export function createTables(stack: Construct): Tables {
  const orders = createTable(stack, 'Orders', 'id', { stream: StreamViewType.NEW_AND_OLD_IMAGES })
  for (const [indexName, attribute] of Object.entries(orderIndexes))
    orders.addGlobalSecondaryIndex({
      indexName,
      partitionKey: { name: attribute, type: AttributeType.STRING },
      sortKey: { name: 'id', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    })
  return {
    orders,
    inventory: createTable(stack, 'Inventory', 'sku'),
    payments: createTable(stack, 'Payments', 'orderId'),
    idempotency: createTable(stack, 'Idempotency', 'key', { timeToLiveAttribute: 'expiresAt' }),
    simulatedProvider: createTable(stack, 'SimulatedProvider', 'id'),
  }
}

function createTable(stack: Construct, id: string, key: string, more: Partial<TableProps> = {}): Table {
  return new Table(stack, id, {
    partitionKey: { name: key, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    // A key that DynamoDB owns: encrypted like with a key in KMS, without a KMS call to pay per caller and table.
    encryption: TableEncryption.DEFAULT,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...more,
  })
}
