import { describe, expect, test } from 'vitest'
import { resolveProperty } from './testing/assembly.ts'

const sections = {
  Parameters: {
    Size: { Type: 'Number', Default: 3 },
    Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
  },
  Mappings: { Sizes: { 'us-east-1': { small: 1, names: ['x'] } } },
  Conditions: { Big: { 'Fn::Equals': [{ Ref: 'Size' }, 9] } },
  Resources: { Other: { Type: 'AWS::Test::Thing', Properties: { Name: 'other' } } },
}
const other = 'arn:aws:things:us-east-1:000000000000:other'

describe('an intrinsic function resolves', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref to a resource', { Ref: 'Other' }, 'other'],
    ['Ref to a Number parameter, as text', { Ref: 'Size' }, '3'],
    ['Ref to a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref to the stack name', { Ref: 'AWS::StackName' }, 'Main'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Other', 'Arn'] }, other],
    ['GetAtt as text', { 'Fn::GetAtt': 'Other.Arn' }, other],
    ['Join over numbers and functions', { 'Fn::Join': ['-', ['a', 1, { Ref: 'Size' }]] }, 'a-1-3'],
    ['Join over a list parameter', { 'Fn::Join': ['+', { Ref: 'Zones' }] }, 'a+b'],
    [
      'Sub of names and attributes',
      { 'Fn::Sub': '${AWS::AccountId} ${Other} ${Other.Arn}' },
      `000000000000 other ${other}`,
    ],
    ['Sub with variables of its own', { 'Fn::Sub': ['${X}/${Size}', { X: { Ref: 'Other' } }] }, 'other/3'],
    ['Sub with spaces around a name', { 'Fn::Sub': '${ Other }' }, 'other'],
    ['Sub that leaves a literal alone', { 'Fn::Sub': '${!Size} ${Size}' }, '${Size} 3'],
    ['Select', { 'Fn::Select': ['1', { Ref: 'Zones' }] }, 'b'],
    ['Split', { 'Fn::Split': [':', 'a:b'] }, ['a', 'b']],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, 1],
    ['FindInMap of a list', { 'Fn::FindInMap': ['Sizes', 'us-east-1', 'names'] }, ['x']],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['If, taking one branch only', { 'Fn::If': ['Big', { Ref: 'Nowhere' }, 'small'] }, 'small'],
    ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['NoValue in a list', ['a', { 'Fn::If': ['Big', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
    ['nothing in plain values', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
  ])('%s', (_, value, expected) => {
    expect(resolveProperty(value, sections)).toEqual(expected)
  })
})

test('the Condition of an IAM statement is data, even when it is the only key', () => {
  const statement = { Condition: 'Big' }
  expect(resolveProperty(statement, sections)).toEqual(statement)
})

describe('is refused by resource and path:', () => {
  const at = 'Main/Subject.Properties.value'
  test.each<[unknown, string]>([
    [{ Ref: 'Nowhere' }, `${at}.Ref: Unresolved resource dependencies [Nowhere]`],
    [[{ 'Fn::GetAtt': ['Gone', 'Arn'] }], `${at}[0].Fn::GetAtt: Unresolved resource dependencies [Gone]`],
    [
      { a: { 'Fn::GetAtt': ['Other', 'Size'] } },
      `${at}.a.Fn::GetAtt: Other (AWS::Test::Thing) has no attribute Size here; known: Arn`,
    ],
    [{ 'Fn::GetAZs': '' }, `${at}: Fn::GetAZs is not supported`],
    [{ 'Fn::Cidr': [] }, `${at}: Fn::Cidr is not supported`],
    [{ Ref: 'Other', x: 1 }, `${at}: Ref must stand alone in its object, beside no x`],
    [{ 'Fn::Sub': '${Gone}' }, `${at}.Fn::Sub: Unresolved resource dependencies [Gone]`],
    [{ 'Fn::Join': ['', ['a', { Ref: 'Zones' }]] }, `${at}.Fn::Join needs text, not ["a","b"]`],
    [{ 'Fn::Join': [{ Ref: 'Other' }, ['a']] }, `${at}.Fn::Join needs a literal text, not {"Ref":"Other"}`],
    [{ 'Fn::Join': ['', 'a'] }, `${at}.Fn::Join needs a list, not "a"`],
    [{ 'Fn::Join': ['', [{ Ref: 'AWS::NoValue' }, { a: 1 }]] }, `${at}.Fn::Join needs text, not {"a":1}`],
    [{ 'Fn::GetAtt': ['Other'] }, `${at}.Fn::GetAtt takes a logical id and an attribute`],
    [{ 'Fn::Sub': ['a', 'b'] }, `${at}.Fn::Sub takes a text and an object of variables`],
    [{ 'Fn::Join': ['', ['a'], 'b'] }, `${at}.Fn::Join takes 2 elements, not 3`],
    [{ 'Fn::Select': [2, ['a']] }, `${at}.Fn::Select cannot select nonexistent value at index 2`],
    [{ 'Fn::FindInMap': ['Sizes', 'x', 'y'] }, `${at}.Fn::FindInMap: no mapping Sizes, x, y`],
    [{ 'Fn::ImportValue': 'gone' }, `${at}.Fn::ImportValue: No export named gone found`],
    [{ 'Fn::If': ['None', 1, 2] }, `${at}.Fn::If: Unresolved condition dependency None`],
    ['{{resolve:ssm:x}}', `${at}: the dynamic reference {{resolve:ssm:x}} is not supported`],
    [{ 'Fn::Join': ['', ['{{resolve:secretsmanager:', 'x}}']] }, 'dynamic reference'],
  ])('%j', (value, message) => {
    expect(() => resolveProperty(value, sections)).toThrow(message)
  })
})
