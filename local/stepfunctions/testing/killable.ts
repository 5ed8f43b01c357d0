import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { operator } from '../../aws/principal.ts'
import type { Service } from '../../aws/service.ts'
import { testContext } from '../../testing/context.ts'
import { createStepFunctions } from '../index.ts'
import { machineArn, payload, role } from './world.ts'

/**
 * A process of its own that runs Step Functions on a data folder and starts executions until it is killed, telling
 * each start that was acknowledged on stdout. Its queue is a file: at least once, as SQS is.
 */
const [data = '', run = '', count = ''] = process.argv.slice(2)
const queue = `${data}/queue`

const call = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input.n %}' },
}
const one = { ...call, Output: '{% $states.result.Payload %}', End: true }
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: {
      ...call,
      Assign: { doubled: '{% $states.result.Payload %}' },
      Output: '{% $states.input %}',
      Next: 'Both',
    },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'L', States: { L: one } },
        {
          StartAt: 'M',
          States: {
            M: {
              Type: 'Map',
              Items: [1, 2, 3],
              ItemSelector: { n: '{% $states.context.Map.Item.Value %}' },
              ItemProcessor: { StartAt: 'I', States: { I: one } },
              End: true,
            },
          },
        },
      ],
      Output: { n: '{% $states.input.n %}', both: '{% $states.result %}' },
      Next: 'Ask',
    },
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Arguments: { QueueUrl: 'q', MessageBody: '{% $states.context.Task.Token %}' },
      Output: {
        n: '{% $states.input.n %}',
        doubled: '{% $doubled %}',
        both: '{% $states.input.both %}',
        answer: '{% $states.result %}',
      },
      End: true,
    },
  },
}

async function answer(taskToken: string): Promise<void> {
  await sleep(Math.random() * 10)
  await context
    .call('states', 'SendTaskSuccess', { taskToken, output: '"yes"' }, operator)
    .catch(() => undefined)
}

function service(
  name: string,
  action: string,
  run: (input: Readonly<Record<string, unknown>>) => Promise<object>,
): Service {
  return {
    name,
    actions: { [action]: { permissions: () => [], run } },
    resourceTypes: {},
    deploy: () => Promise.resolve(),
  }
}

const lambda = service('lambda', 'Invoke', async ({ Payload }) => {
  await sleep(Math.random() * 5)
  return payload(2 * Number(Payload))
})
const sqs = service('sqs', 'SendMessage', ({ MessageBody }) => {
  appendFileSync(queue, `${String(MessageBody)}\n`)
  void answer(String(MessageBody))
  return Promise.resolve({ MessageId: 'm' })
})
const context = testContext({ data, services: () => [states, lambda, sqs] })
const states = createStepFunctions(context)
const properties = {
  StateMachineName: 'machine',
  RoleArn: role,
  DefinitionString: JSON.stringify(definition),
}
const identity = { ref: machineArn('machine'), attributes: { Name: 'machine' } }
await states.deploy([
  { stack: 'T', logicalId: 'M', type: 'AWS::StepFunctions::StateMachine', properties, ...identity },
])
await states.start?.()
if (existsSync(queue)) for (const token of readFileSync(queue, 'utf8').trim().split('\n')) void answer(token)
// Timers keep no process alive, as whatever serves requests does that.
setInterval(() => undefined, 1000)
for (let n = 0; n < Number(count); n++) {
  const request = {
    stateMachineArn: machineArn('machine'),
    name: `${run}-${n}`,
    input: JSON.stringify({ n }),
  }
  await context.call('states', 'StartExecution', request, operator)
  process.stdout.write(`${run}-${n}\n`)
  if (n % 5 === 0) await sleep(1)
}
