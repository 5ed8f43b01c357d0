import { describe, expect, test } from 'vitest'
import { loadAssembly, resolveAssembly } from './index.ts'
import { assemblyFolder, place, resolveTemplates, types } from './testing/assembly.ts'

const thing = (Properties: object = {}, more: object = {}): object => ({
  Type: 'AWS::Test::Thing',
  Properties,
  ...more,
})
const idsOf = (templates: Record<string, object>, parameters = {}): string[] =>
  resolveTemplates(templates, parameters).resources.map(({ logicalId }) => logicalId)

test('a resource comes with its stack, type, identity and resolved properties', () => {
  const { resources } = resolveTemplates({
    Main: { Resources: { A: thing({ Name: 'a', x: { Ref: 'B' } }), B: thing() } },
  })
  expect(resources[0]).toEqual({
    stack: 'Main',
    logicalId: 'A',
    type: 'AWS::Test::Thing',
    ref: 'a',
    attributes: { Arn: 'arn:aws:things:us-east-1:000000000000:a' },
    properties: { Name: 'a', x: 'Main-B' },
  })
})

test('stacks reach each other by exports', () => {
  const { resources, outputs } = resolveTemplates({
    Data: {
      Resources: { T: thing({ Name: 'table' }) },
      Outputs: {
        Arn: {
          Value: { 'Fn::GetAtt': ['T', 'Arn'] },
          Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Arn' } },
        },
      },
    },
    Main: {
      Resources: { U: thing({ of: { 'Fn::Join': ['', [{ 'Fn::ImportValue': 'Data:Arn' }, '/x']] } }) },
      Outputs: { Count: { Value: 3 } },
    },
  })
  const arn = 'arn:aws:things:us-east-1:000000000000:table'
  expect(resources[1]?.properties).toEqual({ of: `${arn}/x` })
  expect(outputs).toEqual({ Data: { Arn: arn }, Main: { Count: '3' } })
})

describe('with conditions', () => {
  const template = {
    Parameters: { Mail: { Type: 'String', Default: '' } },
    Conditions: {
      HasMail: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Mail' }, ''] }] },
      Both: { 'Fn::And': [{ Condition: 'HasMail' }, { 'Fn::Equals': ['a', 'a'] }] },
      Either: { 'Fn::Or': [{ Condition: 'HasMail' }, { 'Fn::Equals': ['a', 'b'] }] },
    },
    Resources: {
      Always: thing({}, { DependsOn: 'M' }),
      M: thing({}, { Condition: 'HasMail' }),
      N: thing({}, { Condition: 'Both' }),
      O: thing({}, { Condition: 'Either' }),
    },
    Outputs: { Mail: { Condition: 'HasMail', Value: { Ref: 'M' } } },
  }

  test('a resource or output whose condition does not hold does not exist', () => {
    expect(idsOf({ Main: template })).toEqual(['Always'])
    expect(resolveTemplates({ Main: template }).outputs).toEqual({ Main: {} })
  })

  test('one whose condition holds does', () => {
    expect(idsOf({ Main: template }, { Mail: 'x' })).toEqual(['Always', 'M', 'N', 'O'])
    expect(resolveTemplates({ Main: template }, { Mail: 'x' }).outputs).toEqual({ Main: { Mail: 'Main-M' } })
  })

  test('naming one that does not exist is refused', () => {
    const Resources = { ...template.Resources, Bad: thing({ m: { Ref: 'M' } }) }
    expect(() => resolveTemplates({ Main: { ...template, Resources } })).toThrow(
      'Main/Bad.Properties.m.Ref: Unresolved resource dependencies [M]',
    )
  })

  test.each([
    [{ 'Fn::Equals': [{ 'Fn::GetAtt': ['A', 'Arn'] }, ''] }, 'a condition cannot use Fn::GetAtt'],
    [{ 'Fn::Equals': [{ Ref: 'A' }, ''] }, 'a condition can name parameters only, not A'],
    [{ 'Fn::Contains': [[], ''] }, 'Fn::Contains is not supported as a condition'],
    [{ Condition: 'C' }, 'Circular condition C -> C'],
    [{ 'Fn::Equals': ['a'] }, 'takes two values'],
    [{ 'Fn::Not': [] }, 'takes a list of 1 to 1 conditions'],
    [
      { 'Fn::Or': Array.from({ length: 11 }, () => ({ 'Fn::Equals': ['', ''] })) },
      'takes a list of 1 to 10 conditions',
    ],
  ])('%j is refused', (C, message) => {
    const Resources = { A: thing({}, { Condition: 'C' }) }
    expect(() => resolveTemplates({ Main: { Conditions: { C }, Resources } })).toThrow(message)
  })
})

test('conditions compare lists by what they hold', () => {
  const Parameters = { L: { Type: 'CommaDelimitedList', Default: 'a,b' } }
  const Conditions = {
    Same: { 'Fn::Equals': [{ Ref: 'L' }, ['a', 'b']] },
    Other: { 'Fn::Equals': [{ Ref: 'L' }, ['a', 'c']] },
    Number: { 'Fn::Equals': ['1', 1] },
  }
  const Resources = Object.fromEntries(
    Object.keys(Conditions).map((Condition) => [Condition, thing({}, { Condition })]),
  )
  expect(idsOf({ Main: { Parameters, Conditions, Resources } })).toEqual(['Same', 'Number'])
})

test('a property that comes to nothing is not there', () => {
  const Resources = { A: thing({ x: { Ref: 'AWS::NoValue' } }) }
  expect(Object.keys(resolveTemplates({ Main: { Resources } }).resources[0]?.properties ?? {})).toEqual([])
})

test('a name is found without the properties that need another name', () => {
  const templates = {
    Main: { Resources: { A: thing({ Name: { Ref: 'B' }, x: 1 }), B: thing({ Name: 'b' }) } },
  }
  expect(resolveTemplates(templates).resources[0]?.ref).toBe('b')
})

describe('a circle is refused as CloudFormation refuses it:', () => {
  test.each<[string, object]>([
    ['of names', { A: thing({ Name: { Ref: 'B' } }), B: thing({ Name: { Ref: 'A' } }) }],
    ['of properties', { A: thing({ x: { Ref: 'B' } }), B: thing({ x: { 'Fn::Sub': '${A.Arn}' } }) }],
    ['through DependsOn', { A: thing({}, { DependsOn: ['B'] }), B: thing({ x: { Ref: 'A' } }) }],
  ])('%s', (_, Resources) => {
    expect(() => resolveTemplates({ Main: { Resources } })).toThrow(
      'Circular dependency between resources: [Main/A -> Main/B -> Main/A]',
    )
  })
})

describe('a resource type', () => {
  test('that nothing runs is refused, all of them at once', () => {
    const Resources = { A: { Type: 'AWS::X::Y' }, B: thing(), C: { Type: 'Custom::Z' } }
    expect(() => resolveTemplates({ Main: { Resources } })).toThrow(
      'Resource types that nothing here runs: AWS::X::Y (Main/A), Custom::Z (Main/C)',
    )
  })

  test('without local effect is left out, its name still known', () => {
    const Resources = {
      D: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardName: 'd', DashboardBody: '{}' } },
      A: thing({ d: { Ref: 'D' } }),
    }
    const { resources } = resolveTemplates({ Main: { Resources } })
    expect(resources.map(({ logicalId, properties }) => [logicalId, properties])).toEqual([['A', { d: 'd' }]])
  })
})

describe('the log retention that CDK makes by a function of its own', () => {
  const Resources = {
    Provider: {
      Type: 'AWS::Lambda::Function',
      Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      DependsOn: ['Policy', 'Role'],
    },
    Role: { Type: 'AWS::IAM::Role' },
    Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }] } },
    Retention: {
      Type: 'Custom::LogRetention',
      Properties: { ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] }, LogGroupName: '/aws/x' },
    },
    Group: thing({ of: { 'Fn::GetAtt': ['Retention', 'LogGroupName'] } }),
  }

  test('goes together with that function, its role and its policy', () => {
    const { resources } = resolveTemplates({ Main: { Resources } })
    expect(resources.map(({ logicalId, properties }) => [logicalId, properties])).toEqual([
      ['Group', { of: '/aws/x' }],
    ])
  })

  test('but a policy stays that another role has too', () => {
    const Mine = { Type: 'AWS::IAM::Role' }
    const Policy = { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }, { Ref: 'Mine' }] } }
    expect(idsOf({ Main: { Resources: { ...Resources, Policy, Mine } } })).toContain('Policy')
  })

  test('but the role stays when another function has it too', () => {
    const Mine = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } }
    expect(idsOf({ Main: { Resources: { ...Resources, Mine } } })).toEqual([
      'Role',
      'Policy',
      'Group',
      'Mine',
    ])
  })
})

describe('a template is refused for', () => {
  test.each<[string, object, string]>([
    [
      'a transform',
      { Transform: 'AWS::Serverless-2016-10-31', Resources: {} },
      'with Transform is not supported',
    ],
    ['an unknown section', { Resource: {} }, 'Invalid template property or properties [Resource]'],
    ['a resource without type', { Resources: { A: {} } }, 'Main/A has no Type'],
    [
      'an unknown member',
      { Resources: { A: thing({}, { Propertys: {} }) } },
      "Main/A: Invalid template resource property 'Propertys'",
    ],
    [
      'a dependency on nothing',
      { Resources: { A: thing({}, { DependsOn: 'B' }) } },
      'Main/A.DependsOn: Unresolved resource dependencies [B]',
    ],
    [
      'an export made twice',
      {
        Resources: {},
        Outputs: { A: { Value: '1', Export: { Name: 'e' } }, B: { Value: '2', Export: { Name: 'e' } } },
      },
      'Main/Outputs.B: an export named e already exists',
    ],
  ])('%s', (_, template, message) => {
    expect(() => resolveTemplates({ Main: template })).toThrow(message)
  })
})

test('a hundred resources resolve in a moment', () => {
  const Resources = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      `R${index}`,
      thing({ x: { 'Fn::Sub': `\${R${index + 1}.Arn}` } }),
    ]),
  )
  const assembly = loadAssembly(assemblyFolder({ Main: { Resources: { ...Resources, R100: thing() } } }))
  const before = performance.now()
  resolveAssembly(assembly, { place, types })
  expect(performance.now() - before).toBeLessThan(500)
})
