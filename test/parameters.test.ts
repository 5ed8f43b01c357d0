import { describe, expect, inject, test } from 'vitest'
import { loadAssembly } from '../local/template/index.ts'
import { parameterValues } from '../local/template/parameters.ts'

const [stack] = loadAssembly(inject('assembly')).stacks
if (stack === undefined) throw new Error('The assembly has no stack')
const given = (name: string, value: string) => parameterValues(stack, { [name]: value }).get(name)

/** The last value that the service behind a parameter takes, at either end, and the first that it refuses. */
const bounds: [name: string, taken: string[], refused: string[]][] = [
  ['PaymentFunctionTimeout', ['1', '900'], ['0', '901']],
  ['StepFunctionTimeout', ['1', '900'], ['0', '901']],
  ['QueueVisibilityTimeout', ['1', '43200'], ['0', '43201']],
  ['MaxReceiveCount', ['1', '1000'], ['0', '1001']],
  ['PaymentTaskTimeout', ['1', '99999999'], ['0', '100000000']],
  ['StepTaskTimeout', ['1', '99999999'], ['0', '100000000']],
  ['PaymentConcurrency', ['2', '1000'], ['1', '1001']],
  ['ForwardRetries', ['0', '99999999'], ['-1', '100000000']],
  ['UndoRetries', ['0', '99999999'], ['-1', '100000000']],
  ['ForwardRetryInterval', ['1', '99999999'], ['0', '100000000']],
  ['UndoRetryInterval', ['1', '99999999'], ['0', '100000000']],
  ['ForwardRetryCap', ['1', '31622399'], ['0', '31622400']],
  ['UndoRetryCap', ['1', '31622399'], ['0', '31622400']],
  ['LogRetentionDays', ['1', '30', '3653'], ['0', '2', '31', '9999']],
  ['OperatorEmail', ['', 'ada@example.com'], ['ada', 'ada@example', 'ada @example.com', 'a@b@example.com']],
]

describe('a parameter', () => {
  test.each(bounds)(
    '%s takes what AWS takes; the rest is refused before anything is deployed',
    (name, taken, refused) => {
      for (const value of taken) expect(given(name, value)).toBe(value)
      for (const value of refused) expect(() => given(name, value)).toThrow(`Parameter '${name}'`)
    },
  )

  test('OperatorEmailStatuses takes the end states of orders and no other', () => {
    expect(given('OperatorEmailStatuses', 'COMPLETED, FAILED,CANCELLED')).toEqual([
      'COMPLETED',
      'FAILED',
      'CANCELLED',
    ])
    expect(() => given('OperatorEmailStatuses', 'FAILED,PAID')).toThrow("(it is 'PAID')")
  })
})
