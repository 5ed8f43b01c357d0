import { generatedName } from '../../aws/resource.ts'
import type { ResourceType } from '../../aws/resource.ts'
import { streamArn, tableArn } from '../names.ts'

const table: ResourceType = {
  identify(id, place) {
    const given = id.property('TableName')
    const name = typeof given === 'string' ? given : generatedName(id, 255)
    return {
      ref: name,
      attributes: { Arn: tableArn(place, name), StreamArn: streamArn(place, name), TableId: name },
    }
  },
}

export const resourceTypes = { 'AWS::DynamoDB::Table': table, 'AWS::DynamoDB::GlobalTable': table }
