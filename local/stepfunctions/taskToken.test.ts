import { afterEach, expect, test } from 'vitest'
import { world, type World } from './testing/world.ts'

let open: World | undefined
afterEach(() => open?.close())

const asks = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Arguments: {
        QueueUrl: 'https://queue',
        MessageBody: { note: '{% $states.input.note %}', token: '{% $states.context.Task.Token %}' },
      },
      TimeoutSeconds: 60,
      Output: '{% $states.result %}',
      End: true,
    },
  },
}

async function asking(): Promise<{ w: World; tokens: string[] }> {
  const tokens: string[] = []
  const w = await world({
    'sqs:SendMessage': ({ MessageBody }) => {
      tokens.push((JSON.parse(String(MessageBody)) as { token: string }).token)
      return { MessageId: 'm-1', MD5OfMessageBody: 'md5' }
    },
  })
  open = w
  await w.deploy({ asks })
  return { w, tokens }
}

test('a task that waits for its token goes on with what SendTaskSuccess brings', async () => {
  const { w, tokens } = await asking()
  const arn = await w.start('asks', { note: 'hello' }, 'one')
  expect(await w.settled(arn)).toMatchObject({ status: 'RUNNING' })
  await w.call('SendTaskSuccess', { taskToken: tokens[0], output: '{"ok":true}' })
  expect(await w.settled(arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":true}' })
  expect((await w.history(arn)).map((each) => each.type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ])
})
