import { createHash } from 'node:crypto'
import { arn, type Place } from '../aws/place.ts'
import { generatedName, type ResourceType } from '../aws/resource.ts'
import { parseFunctionName } from './name.ts'

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}

const lambdaFunction: ResourceType = {
  identify(id, place) {
    const name = textOr(id.property('FunctionName'), generatedName(id))
    return { ref: name, attributes: { Arn: arn(place, 'lambda', `function:${name}`) } }
  },
}

/** A template publishes at most one version of a function here, and a version is its `$LATEST`: number 1. */
const version: ResourceType = {
  identify(id, place) {
    const { name } = parseFunctionName(id.property('FunctionName'))
    const versionArn = arn(place, 'lambda', `function:${name}:1`)
    return { ref: versionArn, attributes: { Version: '1', FunctionArn: versionArn } }
  },
}

const alias: ResourceType = {
  identify(id, place) {
    const { name } = parseFunctionName(id.property('FunctionName'))
    const aliasArn = arn(place, 'lambda', `function:${name}:${textOr(id.property('Name'), '')}`)
    return { ref: aliasArn, attributes: { AliasArn: aliasArn } }
  },
}

const permission: ResourceType = {
  identify: (id) => ({ ref: generatedName(id), attributes: { Id: generatedName(id) } }),
}

const eventInvokeConfig: ResourceType = {
  identify: (id) => ({ ref: generatedName(id), attributes: {} }),
}

const eventSourceMapping: ResourceType = {
  identify(id, place: Place) {
    const uuid = uuidOf(`${id.stack}/${id.logicalId}`)
    return {
      ref: uuid,
      attributes: { Id: uuid, EventSourceMappingArn: arn(place, 'lambda', `event-source-mapping:${uuid}`) },
    }
  },
}

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Version': version,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
}

/** The same UUID for the same name, every time. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
