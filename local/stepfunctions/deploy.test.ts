import { afterEach, expect, test } from 'vitest'
import { machineArn, world, type World } from './testing/world.ts'

let open: World | undefined
afterEach(() => open?.close())

const pass = { StartAt: 'P', States: { P: { Type: 'Pass', Output: '${what} and ${other}', End: true } } }

async function deployed(properties: object, definition: object = pass): Promise<World> {
  open = await world()
  await open.deploy({ machine: definition }, properties)
  return open
}

test('a definition that AWS refuses is refused with machine, state and place', async () => {
  const broken = { StartAt: 'P', States: { P: { Type: 'Pass', Next: 'Q' } } }
  await expect(deployed({}, broken)).rejects.toThrow(
    "State machine machine: Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: Q at /States/P/Next'",
  )
})

test('a definition may be an object, with substitutions', async () => {
  const Definition = { QueryLanguage: 'JSONata', ...pass }
  const w = await deployed({
    DefinitionString: undefined,
    Definition,
    DefinitionSubstitutions: { what: 'this' },
  })
  expect(await w.settled(await w.start('machine'))).toMatchObject({ output: '"this and ${other}"' })
})

test.each([
  [{ StateMachineType: 'EXPRESS' }, 'StateMachineType EXPRESS is not supported; only STANDARD is'],
  [{ EncryptionConfiguration: {} }, 'property EncryptionConfiguration is not supported'],
  [{ RoleArn: undefined }, 'RoleArn is required'],
  [{ LoggingConfiguration: { Level: 'ALL' } }, 'LoggingConfiguration.Level ALL needs a destination'],
  [
    { DefinitionString: undefined, DefinitionS3Location: { Bucket: 'b', Key: 'k' } },
    'DefinitionS3Location s3://b/k is not among the assets',
  ],
])('%j is refused', async (properties, message) => {
  await expect(deployed(properties)).rejects.toThrow(message)
})

test('a definition that is refused leaves the last good one in place', async () => {
  const w = await deployed({})
  await expect(w.deploy({ machine: {} })).rejects.toThrow('These fields are required')
  expect(await w.call('DescribeStateMachine', { stateMachineArn: machineArn('machine') })).toMatchObject({
    name: 'machine',
  })
})

test('ValidateStateMachineDefinition answers diagnostics', async () => {
  const w = await deployed({})
  expect(
    await w.call('ValidateStateMachineDefinition', { definition: '{"QueryLanguage":"JSONata"}' }),
  ).toEqual({
    result: 'FAIL',
    diagnostics: [
      {
        severity: 'ERROR',
        code: 'SCHEMA_VALIDATION_FAILED',
        message: 'These fields are required: [States, StartAt]',
        location: '/',
      },
    ],
    truncated: false,
  })
})
