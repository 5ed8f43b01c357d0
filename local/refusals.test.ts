import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { operator } from './aws/principal.ts'
import { startCloud, type Cloud } from './cloud.ts'
import { assemblyFolder } from './template/testing/assembly.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Why a stack `Main` of these resources is not deployed; undefined when it is. */
async function refusal(Resources: object): Promise<string | undefined> {
  try {
    await (await start(Resources)).stop()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function start(Resources: object): Promise<Cloud> {
  const assembly = assemblyFolder({ Main: { Resources } })
  const data = mkdtempSync(`${tmpdir()}/refused-`)
  folders.push(assembly, data)
  return startCloud({ assembly, data, port: 0, awsPort: 0 })
}

const role = (Service: string, ...actions: string[]): object => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: actions.map((Action) => ({
      PolicyName: Action.replace(':', '-'),
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
    })),
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
    },
  },
})
const ofRole = { 'Fn::GetAtt': ['Role', 'Arn'] }
const id = { 'Fn::GetAtt': ['Api', 'ApiId'] }

const users = {
  'a state machine': {
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: ofRole,
        Definition: { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } } },
      },
    },
  },
  'a data source': {
    Api: { Type: 'AWS::AppSync::GraphQLApi', Properties: { Name: 'api', AuthenticationType: 'API_KEY' } },
    Schema: {
      Type: 'AWS::AppSync::GraphQLSchema',
      Properties: { ApiId: id, Definition: 'type Query { a: Int }' },
    },
    Source: {
      Type: 'AWS::AppSync::DataSource',
      Properties: {
        ApiId: id,
        Name: 'things',
        Type: 'AMAZON_DYNAMODB',
        ServiceRoleArn: ofRole,
        DynamoDBConfig: { TableName: 'things', AwsRegion: 'us-east-1' },
      },
    },
  },
  'a function': {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ofRole,
        Code: { ZipFile: 'exports.handler = async () => 1' },
      },
    },
  },
}

describe('a role that does not trust its service is refused with', () => {
  it.each([
    [
      'a state machine' as const,
      'states.amazonaws.com',
      /stateMachine:Main-Machine: Neither the global service principal states.amazonaws.com, nor the regional one states.us-east-1.amazonaws.com is authorized to assume the provided role arn:aws:iam::000000000000:role\/Main-Role\./,
    ],
    [
      'a data source' as const,
      'appsync.amazonaws.com',
      /Main\/Api: things: the data source's role arn:aws:iam::000000000000:role\/Main-Role does not let appsync.amazonaws.com assume it/,
    ],
    [
      'a function' as const,
      'lambda.amazonaws.com',
      /The role defined for the function cannot be assumed by Lambda\./,
    ],
  ])('%s', async (user, service, message) => {
    expect(await refusal({ Role: role('ec2.amazonaws.com'), ...users[user] })).toMatch(message)
    expect(await refusal({ Role: role(service), ...users[user] })).toBeUndefined()
  })

  it('a state machine, unless it trusts the regional name', async () => {
    const trusting = { Role: role('states.us-east-1.amazonaws.com'), ...users['a state machine'] }
    expect(await refusal(trusting)).toBeUndefined()
  })
})

it('an eleventh function of a pipeline is refused where the template names it', async () => {
  const Runtime = { Name: 'APPSYNC_JS', RuntimeVersion: '1.0.0' }
  const Code = 'export const request = () => ({})\nexport const response = () => null\n'
  const own = { ApiId: id, Code, Runtime }
  const { Api, Schema } = users['a data source']
  const Source = { Type: 'AWS::AppSync::DataSource', Properties: { ApiId: id, Name: 'none', Type: 'NONE' } }
  const Step = {
    Type: 'AWS::AppSync::FunctionConfiguration',
    Properties: { ...own, Name: 'step', DataSourceName: 'none' },
  }
  const withFunctions = (count: number): object => ({
    ...{ Api, Schema, Source, Step },
    Resolver: {
      Type: 'AWS::AppSync::Resolver',
      Properties: {
        ...{ ...own, TypeName: 'Query', FieldName: 'a', Kind: 'PIPELINE' },
        PipelineConfig: {
          Functions: Array(count).fill({ 'Fn::GetAtt': ['Step', 'FunctionId'] }) as object[],
        },
      },
    },
  })
  const said = (await refusal(withFunctions(11))) ?? 'deployed'
  const [, file = '', line = 0, message] =
    /^Main\/Resolver: (.*\/Main\.template\.json):(\d+):\d+ (.*)$/.exec(said) ?? []
  expect(message).toBe('a pipeline has 10 functions at most, Query.a has 11')
  const before = readFileSync(file, 'utf8').split('\n').slice(0, Number(line))
  const list = before.slice(before.findIndex((each) => each.includes('"Functions": [')))
  expect(list.filter((each) => each.includes('"Fn::GetAtt"'))).toHaveLength(10)
  expect(before.at(-1)?.trim()).toBe('{')
  expect(await refusal(withFunctions(10))).toBeUndefined()
})

describe('a policy with a condition operator that is unknown is refused at', () => {
  const PolicyDocument = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringIs: { 'aws:SourceArn': 'x' } },
    },
  }
  const key = {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  }
  const ResourcePolicy = { PolicyDocument }
  it.each([
    ['a queue', { Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument, Queues: [] } }],
    ['a topic', { Type: 'AWS::SNS::TopicPolicy', Properties: { PolicyDocument, Topics: [] } }],
    ['a table', { Type: 'AWS::DynamoDB::Table', Properties: { ...key, ResourcePolicy } }],
    [
      'a global table',
      {
        Type: 'AWS::DynamoDB::GlobalTable',
        Properties: { ...key, Replicas: [{ Region: 'us-east-1', ResourcePolicy }] },
      },
    ],
  ])('%s', async (_, Thing) => {
    expect(await refusal({ Thing })).toMatch(
      /^Main\/Thing: Statement\[0\]: Condition StringIs .* is not supported$/,
    )
  })

  it('a call that changes the policy of a queue or a topic', async () => {
    const cloud = await start({
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 't' } },
    })
    const Policy = JSON.stringify(PolicyDocument)
    const QueueUrl = `${cloud.place.awsEndpoint}/000000000000/q`
    const topic = { TopicArn: 'arn:aws:sns:us-east-1:000000000000:t', AttributeName: 'Policy' }
    const calls = [
      cloud.call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } }, operator),
      cloud.call('sqs', 'CreateQueue', { QueueName: 'new', Attributes: { Policy } }, operator),
      cloud.call('sns', 'SetTopicAttributes', { ...topic, AttributeValue: Policy }, operator),
      cloud.call('sns', 'CreateTopic', { Name: 'new', Attributes: { Policy } }, operator),
    ]
    const said = await Promise.all(calls.map((call) => call.then(String, String)))
    const send = { QueueUrl, MessageBody: 'x' }
    const sent = await cloud.call('sqs', 'SendMessage', send, operator).catch(String)
    await cloud.stop()
    for (const each of said)
      expect(each).toMatch(/Policy: Statement\[0\]: Condition StringIs .* is not supported$/)
    expect(sent).toMatchObject({ MessageId: expect.any(String) as string })
  })

  it('a function, when it names nobody that there could be', async () => {
    const Permission = {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: 'Function' }, Action: 'lambda:InvokeFunction', Principal: 'nobody' },
    }
    const thing = { Role: role('lambda.amazonaws.com'), ...users['a function'], Permission }
    expect(await refusal(thing)).toMatch(/^Main-Function: .*nobody/)
  })
})

describe('what a service does under a role needs the permissions that AWS asks for', () => {
  const queue = { Queue: { Type: 'AWS::SQS::Queue', Properties: {} } }
  const table = {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      },
    },
  }
  const reading = (EventSourceArn: object, more: object = {}): object => ({
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Function' }, EventSourceArn, ...more },
    },
  })
  const fromQueue = { ...queue, ...reading({ 'Fn::GetAtt': ['Queue', 'Arn'] }) }
  const fromStream = {
    ...table,
    ...reading({ 'Fn::GetAtt': ['Table', 'StreamArn'] }, { StartingPosition: 'LATEST' }),
  }

  it.each([
    [
      fromQueue,
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      'The provided execution role does not have permissions to call GetQueueAttributes on SQS',
    ],
    [
      fromStream,
      ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream', 'dynamodb:ListStreams'],
      'Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions',
    ],
  ])('to read a source', async (source, actions, message) => {
    const having = (...some: string[]): object => ({
      ...source,
      ...users['a function'],
      Role: role('lambda.amazonaws.com', ...some),
    })
    expect(await refusal(having(...actions.slice(0, -1)))).toContain(message)
    expect(await refusal(having(...actions))).toBeUndefined()
  })

  it('to have the log of a machine delivered', async () => {
    const { Machine } = users['a state machine']
    const LogGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:machine:*'
    const LoggingConfiguration = {
      Level: 'ALL',
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn } }],
    }
    const Properties = { ...Machine.Properties, LoggingConfiguration }
    const having = (...actions: string[]): object => ({
      Machine: { ...Machine, Properties },
      Role: role('states.amazonaws.com', ...actions),
    })
    const message = 'The state machine IAM Role is not authorized to access the Log Destination'
    expect(await refusal(having('logs:Create*'))).toContain(message)
    expect(await refusal(having('logs:*'))).toBeUndefined()
  })

  it.each([
    [[], 0],
    [['logs:PutLogEvents'], 0],
    [['logs:PutLogEvents', 'logs:CreateLogStream'], 3],
  ])('to write the log of a function: with %j there are %i lines', async (actions, lines) => {
    const cloud = await start({ ...users['a function'], Role: role('lambda.amazonaws.com', ...actions) })
    await cloud.call('lambda', 'Invoke', { FunctionName: 'Main-Function' }, operator)
    await cloud
      .call('logs', 'CreateLogGroup', { logGroupName: '/aws/lambda/Main-Function' }, operator)
      .catch(() => 0)
    const answer = await cloud.call(
      'logs',
      'FilterLogEvents',
      { logGroupName: '/aws/lambda/Main-Function' },
      operator,
    )
    await cloud.stop()
    expect((answer as { events: unknown[] }).events).toHaveLength(lines)
  })
})

it('a state machine is refused that calls what a service here does not have', async () => {
  const machine = (call: string): object => ({
    Machine: {
      ...users['a state machine'].Machine,
      Properties: {
        RoleArn: ofRole,
        Definition: {
          QueryLanguage: 'JSONata',
          StartAt: 'A',
          States: { A: { Type: 'Task', Resource: `arn:aws:states:::aws-sdk:${call}`, End: true } },
        },
      },
    },
    Role: role('states.amazonaws.com'),
  })
  expect(await refusal(machine('sqs:addPermission'))).toContain('aws-sdk:sqs:addPermission is not recognized')
  expect(await refusal(machine('sqs:getQueueUrl'))).toBeUndefined()
})
