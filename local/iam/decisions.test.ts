import { expect, test } from 'vitest'
import { iamGranting, role, roleArn, verdict } from './testing/iam.ts'

const queue = 'arn:aws:sqs:us-east-1:000000000000:jobs'
const grant = (statement: number, action: string, resource: string): object => ({
  roleArn,
  policy: 'P',
  statement,
  action,
  resource,
})

test('everything granted is listed, an action and a resource at a time', async () => {
  const iam = await iamGranting(
    { Effect: 'Allow', Action: ['a:B', 'a:C'], Resource: ['arn:aws:a:::1', '*'] },
    { Effect: 'Deny', Action: 'a:D', Resource: '*' },
    { Effect: 'Allow', NotAction: ['a:E', 'a:F'], Resource: '*' },
  )
  expect(iam.granted()).toEqual([
    grant(0, 'a:B', 'arn:aws:a:::1'),
    grant(0, 'a:B', '*'),
    grant(0, 'a:C', 'arn:aws:a:::1'),
    grant(0, 'a:C', '*'),
    grant(2, 'Not (a:E, a:F)', '*'),
  ])
})

test('a call counts as use of the grant that names it, not of a wildcard beside it', async () => {
  const iam = await iamGranting(
    { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
    { Effect: 'Allow', Action: ['sqs:*', 'sqs:SendMessage'], Resource: ['*', queue] },
  )
  verdict(iam, { action: 'sqs:SendMessage', resource: queue })
  verdict(iam, { action: 'sqs:SendMessage', resource: queue })
  expect(iam.decisions()).toEqual([
    {
      grant: grant(1, 'sqs:SendMessage', queue),
      action: 'sqs:SendMessage',
      resources: [queue],
      wildcard: false,
    },
  ])
})

test.each([
  ['action', 'sqs:Send*', queue],
  ['resource', 'sqs:SendMessage', `${queue}*`],
])('a call that only a wildcard in the %s allows is told', async (_, Action, Resource) => {
  const iam = await iamGranting({ Effect: 'Allow', Action, Resource })
  verdict(iam, { action: 'sqs:SendMessage', resource: queue })
  expect(iam.decisions()).toEqual([
    { grant: grant(0, Action, Resource), action: 'sqs:SendMessage', resources: [queue], wildcard: true },
  ])
})

test('a call on * is named by a grant on *', async () => {
  const iam = await iamGranting({ Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' })
  verdict(iam, { action: 'xray:PutTraceSegments', resource: '*' })
  expect(iam.decisions()).toMatchObject([{ wildcard: false }])
})

test('a denied call uses nothing', async () => {
  const iam = await iamGranting(
    { Effect: 'Allow', Action: 'sqs:A', Resource: '*' },
    { Effect: 'Deny', Action: 'sqs:*', Resource: '*' },
  )
  verdict(iam, { action: 'sqs:A', resource: queue })
  expect(iam.decisions()).toEqual([])
})

test('of many resources under one wildcard only some are kept, over deployments too', async () => {
  const iam = await iamGranting({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' })
  for (let index = 0; index < 50; index += 1)
    verdict(iam, { action: 'sqs:SendMessage', resource: `${queue}${index}` })
  await iam.service.deploy([role()])
  expect(iam.decisions().map(({ resources }) => resources.length)).toEqual([10])
})

test('a call that only NotAction allows counts as allowed by a wildcard', async () => {
  const iam = await iamGranting({ Effect: 'Allow', NotAction: 'sqs:Purge*', Resource: queue })
  verdict(iam, { action: 'sqs:SendMessage', resource: queue })
  expect(iam.decisions()).toMatchObject([{ grant: { action: 'Not (sqs:Purge*)' }, wildcard: true }])
})

test('a policy variable is no wildcard, not even one that stands for an asterisk', async () => {
  const Resource = 'arn:aws:s3:::${aws:PrincipalAccount}/${*}'
  const iam = await iamGranting({ Effect: 'Allow', Action: 's3:GetObject', Resource })
  verdict(iam, { action: 's3:GetObject', resource: 'arn:aws:s3:::000000000000/*' })
  expect(iam.decisions()).toMatchObject([{ wildcard: false }])
})
