import { DatabaseSync } from 'node:sqlite'
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

test('a function may answer its token before it returns; what it returns then counts for nothing', async () => {
  const w = await world({
    'lambda:Invoke': async ({ Payload }) => {
      await w.call('SendTaskSuccess', { taskToken: JSON.parse(String(Payload)) as string, output: '"early"' })
      return { StatusCode: 200, Payload: '"late"' }
    },
  })
  open = w
  const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken'
  const Arguments = { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' }
  await w.deploy({
    machine: { StartAt: 'S', States: { S: { Type: 'Task', Resource, Arguments, End: true } } },
  })
  const arn = await w.start('machine')
  expect(await w.settled(arn)).toMatchObject({ status: 'SUCCEEDED', output: '"early"' })
  expect((await w.history(arn)).at(-1)?.type).toBe('ExecutionSucceeded')
})

test('the token is on disk before anybody can see it', async () => {
  const seen: unknown[] = []
  const w = await world({
    'sqs:SendMessage': ({ MessageBody }) => {
      const { token } = JSON.parse(String(MessageBody)) as { token: string }
      const db = new DatabaseSync(`${w.context.data}/states.db`, { readOnly: true })
      seen.push(
        db
          .prepare('SELECT body FROM threads')
          .all()
          .some(({ body }) => String(body).includes(token)),
      )
      db.close()
      return { MessageId: 'm' }
    },
  })
  open = w
  await w.deploy({ asks })
  await w.settled(await w.start('asks', { note: 'n' }))
  expect(seen).toEqual([true])
})
