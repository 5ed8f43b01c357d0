import { createIam } from '../index.ts'
import { resourceTypes } from '../resource-types.ts'
import type { Clock } from '../../aws/clock.ts'
import type { Place } from '../../aws/place.ts'
import type { Principal } from '../../aws/principal.ts'
import type { Resource } from '../../aws/resource.ts'
import type { Permission } from '../../aws/service.ts'
import type { Iam } from '../index.ts'

export const place: Place = {
  partition: 'aws',
  region: 'us-east-1',
  account: '000000000000',
  awsEndpoint: 'http://127.0.0.1:4566',
  appsyncEndpoint: 'http://127.0.0.1:4000',
}

/** 2026-01-02T03:04:05Z, standing still. */
export const clock: Clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), at: () => () => undefined }

export const roleArn = 'arn:aws:iam::000000000000:role/worker'
export const worker: Principal = { kind: 'role', roleArn, session: 'worker-1' }

export const trust = (service = 'lambda.amazonaws.com', Condition?: object): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service }, Condition }],
})

export function resource(type: string, logicalId: string, properties: Record<string, unknown>): Resource {
  const id = { stack: 'Main', logicalId, property: (name: string) => properties[name] }
  const identity = resourceTypes[type]?.identify(id, place)
  if (identity === undefined) throw new Error(`${type} is no type of IAM`)
  return { stack: 'Main', logicalId, type, properties, ...identity }
}

/** A role named `worker` with these further properties. */
export function role(properties: Record<string, unknown> = {}): Resource {
  return resource('AWS::IAM::Role', 'Worker', {
    RoleName: 'worker',
    AssumeRolePolicyDocument: trust(),
    ...properties,
  })
}

export async function iamWith(resources: readonly Resource[], seed = 'seed'): Promise<Iam> {
  const iam = createIam({ place, seed, clock })
  await iam.service.deploy(resources)
  return iam
}

/** An IAM in which the role `worker` has one policy, `P`, with these statements. */
export function iamGranting(...Statement: object[]): Promise<Iam> {
  const PolicyDocument = { Version: '2012-10-17', Statement }
  return iamWith([
    role(),
    resource('AWS::IAM::Policy', 'P', { PolicyName: 'P', PolicyDocument, Roles: ['worker'] }),
  ])
}

/** `allowed`, or the message with which it was denied. */
export function verdict(iam: Iam, permission: Permission, principal: Principal = worker): string {
  try {
    iam.authorize(principal, permission)
    return 'allowed'
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return error.message
    throw error
  }
}
