import { expect, test } from 'vitest'
import { compiler } from '../jsonata/expression.ts'
import { readMachine } from './read.ts'

const end = { Type: 'Pass', End: true }
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true }

function problems(definition: unknown): string[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition)
  const reading = readMachine(text, compiler(Math.random))
  return 'machine' in reading
    ? []
    : reading.diagnostics.map(({ location, message }) => `${location ?? ''} ${message}`)
}

/** Problems of a machine of the given states, the first of which it starts at. */
function of(states: Readonly<Record<string, object>>, more: object = {}): string[] {
  return problems({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more })
}

test('a machine with nothing wrong has no problems', () => {
  expect(of({ A: { ...task, End: undefined, Next: 'B' }, B: end })).toEqual([])
})

test.each([
  ['', ' Definition must be a valid JSON object'],
  ['[]', ' Definition must be a valid JSON object'],
  [{ QueryLanguage: 'JSONata' }, '/ These fields are required: [States, StartAt]'],
  [{ QueryLanguage: 'JSONata', States: { A: end } }, '/ These fields are required: [StartAt]'],
  [
    { StartAt: 'A', States: { A: end } },
    "/QueryLanguage 'QueryLanguage' 'JSONPath' is not supported here: it must be 'JSONata'",
  ],
])('%j: %s', (definition, problem) => {
  expect(problems(definition)).toContain(problem)
})

test('what is no JSON is told as such', () => {
  expect(problems('{"a": x}')[0]).toMatch(/^ Unexpected token 'x'/)
})

test.each([
  ['a field nobody knows', { ...end, Timeout: 3 }, "/States/A/Timeout Field 'Timeout' is not supported"],
  [
    'a field of JSONPath',
    { ...task, ResultPath: '$.a' },
    "/States/A/ResultPath Field 'ResultPath' is not supported",
  ],
  [
    'a state of JSONPath',
    { ...end, QueryLanguage: 'JSONPath' },
    "/States/A 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
  ],
  ['no Type', { End: true }, '/States/A These fields are required: [Type]'],
  [
    'an unknown Type',
    { Type: 'Loop', End: true },
    '/States/A/Type Value is not valid: Loop; known: Task, Choice, Pass, Wait, Parallel, Map, Succeed, Fail',
  ],
  [
    'neither Next nor End',
    { Type: 'Pass' },
    '/States/A Exactly one of these fields is required: [Next, End]',
  ],
  ['a missing target', { Type: 'Pass', Next: 'B' }, "/States/A/Next Missing 'Next' target: B"],
  ['a time-out of 0', { ...task, TimeoutSeconds: 0 }, '/States/A/TimeoutSeconds Minimum value is 1'],
  [
    'a time-out of 1.5',
    { ...task, TimeoutSeconds: 1.5 },
    '/States/A/TimeoutSeconds Expected value of type Integer',
  ],
  [
    'a heartbeat as long as the time-out',
    { ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 },
    '/States/A/HeartbeatSeconds HeartbeatSeconds must be smaller than TimeoutSeconds',
  ],
  [
    'two kinds of waiting',
    { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true },
    '/States/A Exactly one of these fields is required: [Seconds, Timestamp]',
  ],
  [
    'a Choice that ends',
    { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], End: true },
    "/States/A/End Field 'End' is not supported",
  ],
  [
    'a condition that is no expression',
    { Type: 'Choice', Choices: [{ Condition: 'yes', Next: 'A' }] },
    '/States/A/Choices[0]/Condition Expected a JSONata expression, {% … %}',
  ],
  [
    'a rule without a target',
    { Type: 'Choice', Choices: [{ Condition: true }], Default: 'A' },
    '/States/A/Choices[0] These fields are required: [Next]',
  ],
  [
    'States.ALL in company',
    { ...task, Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] },
    "/States/A/Retry[0]/ErrorEquals 'States.ALL' must appear alone in 'ErrorEquals'",
  ],
  [
    'States.ALL before others',
    { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] },
    "/States/A/Retry[0]/ErrorEquals 'States.ALL' must appear in the last element of the list",
  ],
  [
    'a backoff below 1',
    { ...task, Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] },
    '/States/A/Retry[0]/BackoffRate Minimum value is 1',
  ],
  [
    'no errors to catch',
    { ...task, Catch: [{ ErrorEquals: [], Next: 'A' }] },
    '/States/A/Catch[0]/ErrorEquals Expected value of type non-empty Array of String',
  ],
  [
    'a catcher to nowhere',
    { ...task, Catch: [{ ErrorEquals: ['E'], Next: 'B' }] },
    "/States/A/Catch[0]/Next Missing 'Next' target: B",
  ],
  [
    'bad JSONata',
    { ...end, Output: { a: ['{% 1 + %}'] } },
    /^\/States\/A\/Output\/a\[0\] The JSONata expression '1 \+' is not valid at position \d+: /,
  ],
  [
    'a variable called states',
    { ...end, Assign: { states: 1 } },
    "/States/A/Assign/states The variable name 'states' is reserved",
  ],
  [
    'a variable with a bad name',
    { ...end, Assign: { 'a-b': 1 } },
    "/States/A/Assign/a-b 'a-b' is not a valid variable name",
  ],
  [
    'a distributed Map',
    {
      Type: 'Map',
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'B', States: { B: end } },
      End: true,
    },
    '/States/A/ItemProcessor/ProcessorConfig/Mode Map in mode "DISTRIBUTED" is not supported; only INLINE is',
  ],
  [
    'a bad branch',
    { Type: 'Parallel', Branches: [{ StartAt: 'C', States: { B: end } }], End: true },
    "/States/A/Branches[0]/StartAt Missing 'StartAt' target: C",
  ],
  [
    'a state name used twice',
    { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: end } }], End: true },
    '/States/A/Branches[0]/States/A Duplicate state name: A',
  ],
  [
    '.sync',
    { ...task, Resource: 'arn:aws:states:::states:startExecution.sync:2' },
    "/States/A/Resource The service integration pattern '.sync:2' is not supported: arn:aws:states:::states:startExecution.sync:2",
  ],
  [
    'an activity',
    { ...task, Resource: 'arn:aws:states:us-east-1:000000000000:activity:a' },
    '/States/A/Resource Activities are not supported: arn:aws:states:us-east-1:000000000000:activity:a',
  ],
  [
    'a call that is not optimised',
    { ...task, Resource: 'arn:aws:states:::dynamodb:query' },
    '/States/A/Resource The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.',
  ],
  [
    'a service that is not served',
    { ...task, Resource: 'arn:aws:states:::aws-sdk:s3:getObject' },
    /aws-sdk:s3:getObject is not recognized/,
  ],
])('%s', (_, state, problem) => {
  const found = of({ A: state })
  expect(found).toContainEqual(
    typeof problem === 'string' ? problem : (expect.stringMatching(problem) as string),
  )
})

test('a wait without measure', () => {
  const wait = { Type: 'Wait', Seconds: 10_000_000_000_000_000, End: true }
  expect(of({ Wait: wait })).toEqual(['/States/Wait/Seconds Maximum value is 99999999'])
})

test('a name longer than 80 characters', () => {
  const name = 'x'.repeat(81)
  expect(of({ [name]: end })).toEqual([
    `/States/${name} Invalid State name: State '${name}' exceeds the 80-character limit allowed by the service`,
  ])
})

test('a state that nothing leads to', () => {
  expect(of({ A: end, B: end })).toEqual(['/States/B State "B" is not reachable.'])
})

test('a state that only a catcher leads to is reachable', () => {
  expect(of({ A: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }, B: end })).toEqual([])
})

test('every problem is told at once', () => {
  expect(of({ A: { Type: 'Pass' }, B: { ...end, Bad: 1 } }, { Extra: 1 })).toHaveLength(4)
})
