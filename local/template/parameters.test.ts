import { describe, expect, test } from 'vitest'
import { resolveProperty } from './testing/assembly.ts'

function valueOf(parameter: object, given: Record<string, string> = {}): unknown {
  return resolveProperty({ Ref: 'P' }, { Parameters: { P: parameter } }, given)
}

test('a given value goes before the default, and one given for the stack before both', () => {
  expect(valueOf({ Type: 'String', Default: 'x' }, { P: 'y' })).toBe('y')
  expect(valueOf({ Type: 'String', Default: 'x' }, { P: 'y', 'Main:P': 'z' })).toBe('z')
})

test('a list of numbers stays a list of texts', () => {
  expect(valueOf({ Type: 'List<Number>', Default: '1, 2' })).toEqual(['1', '2'])
})

test('an empty value counts as given', () => {
  expect(valueOf({ Type: 'String', Default: 'x' }, { P: '' })).toBe('')
})

describe('is refused as CloudFormation does:', () => {
  test.each<[object, string | undefined, string]>([
    [{ Type: 'String' }, undefined, 'Main: Parameters: [P] must have values'],
    [
      { Type: 'Number', MinValue: 1 },
      '0',
      "Main: Parameter 'P' must be a number not less than 1 (it is '0')",
    ],
    [{ Type: 'Number', MaxValue: 5 }, '5.5', 'must be a number not greater than 5'],
    [{ Type: 'Number' }, 'many', 'must be a number'],
    [{ Type: 'Number' }, '', 'must be a number'],
    [{ Type: 'List<Number>' }, '1,x', "must be a number (it is 'x')"],
    [{ Type: 'String', AllowedValues: ['a', 'b'] }, 'c', 'must be one of AllowedValues'],
    [{ Type: 'String', AllowedPattern: '[a-z]|x' }, 'ab', 'must match pattern [a-z]|x'],
    [{ Type: 'String', MinLength: 2 }, 'a', 'must contain at least 2 characters'],
    [{ Type: 'String', MaxLength: 2 }, 'abc', 'must contain at most 2 characters'],
    [
      { Type: 'String', AllowedPattern: 'a', ConstraintDescription: 'an a' },
      'b',
      'failed to satisfy constraint: an a',
    ],
    [
      { Type: 'AWS::SSM::Parameter::Value<String>' },
      'b',
      'type AWS::SSM::Parameter::Value<String> is not supported',
    ],
    [{ Type: 'String' }, '{{resolve:ssm:x}}', 'dynamic references are not supported'],
  ])('%j given %s', (parameter, given, message) => {
    expect(() => valueOf(parameter, given === undefined ? {} : { P: given })).toThrow(message)
  })
})

test('a NoEcho value is kept out of the message', () => {
  expect(() => valueOf({ Type: 'String', NoEcho: true, MinLength: 9 }, { P: 'hidden' })).toThrow(
    /must contain at least 9 characters$/,
  )
})

test('a parameter that no stack has is refused by name, and those there are are listed', () => {
  expect(() => valueOf({ Type: 'String', Default: '' }, { Q: '1' })).toThrow(
    'Parameters: [Q] do not exist in the template. There are: P.',
  )
  expect(() => resolveProperty('a', {}, { Q: '1' })).toThrow(
    'Parameters: [Q] do not exist in the template, which has none.',
  )
})

test("CDK's bootstrap check is left out", () => {
  const sections = {
    Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
    Rules: {
      CheckBootstrapVersion: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [[], ''] }] } }] },
    },
  }
  expect(resolveProperty('a', sections)).toBe('a')
})
