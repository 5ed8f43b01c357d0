import { once } from 'node:events'
import { Sha256 } from '@aws-crypto/sha256-js'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { synthesizeBoard } from './fixtures/board/app.ts'
import { synthesizeNotes } from './fixtures/notes/app.ts'
import { startApp, type RunningApp } from './testing/app.ts'

interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly {
    readonly message: string
    readonly errorType: string
    readonly path?: unknown
  }[]
}

describe('an app with an API, a function and two ways to sign in', () => {
  let app: RunningApp
  beforeAll(async () => void (app = await startApp(synthesizeBoard)))
  afterAll(() => app.stop())

  const url = (): URL => new URL(app.outputs.Url ?? '')
  const post = async (headers: Record<string, string>, body: string): Promise<Answer> =>
    (await (await fetch(url(), { method: 'POST', headers, body })).json()) as Answer
  const byKey = (query: string): Promise<Answer> =>
    post(
      { 'x-api-key': app.outputs.Key ?? '', 'content-type': 'application/json' },
      JSON.stringify({ query }),
    )
  const byIam = async (query: string): Promise<Answer> => {
    const { region, credentials } = app.client
    const signer = new SignatureV4({ service: 'appsync', region, credentials, sha256: Sha256 })
    const { hostname, port, pathname, host } = url()
    const signed = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: pathname,
      query: {},
      headers: { host, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    return post(signed.headers, signed.body as string)
  }

  it('asks its function by API key, and hears of its errors', async () => {
    expect(await byKey('{ count(text: "to be or not") }')).toEqual({ data: { count: 4 } })
    const refused = await byKey('{ count(text: "an advert") }')
    const error = { message: 'no adverts', errorType: 'Lambda:Unhandled', path: ['count'] }
    expect(refused.errors?.[0]).toMatchObject(error)
  })

  it('keeps the fields of the one way to sign in from the other', async () => {
    expect((await byKey('{ whoAmI }')).errors?.[0]?.errorType).toBe('Unauthorized')
    expect((await byIam('{ whoAmI }')).data).toEqual({
      whoAmI: 'arn:aws:iam::000000000000:user/operator',
    })
    expect((await post({}, JSON.stringify({ query: '{ count(text: "a") }' }))).errors?.[0]?.errorType).toBe(
      'UnauthorizedException',
    )
  })

  it('tells a subscriber of its board what another has pinned there', async () => {
    const authorization = { host: url().host, 'x-api-key': app.outputs.Key ?? '' }
    const header = Buffer.from(JSON.stringify(authorization)).toString('base64url')
    const socket = new WebSocket(`${url().href.replace('http', 'ws')}/realtime`, [
      'graphql-ws',
      `header-${header}`,
    ])
    const frames: { type: string; payload?: { data: object } }[] = []
    const frame = async (type: string): Promise<(typeof frames)[number]> => {
      for (;;) {
        const found = frames.find((each) => each.type === type)
        if (found) return found
        await once(socket, 'message')
      }
    }
    socket.on('message', (text: Buffer) => frames.push(JSON.parse(text.toString()) as never))
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await frame('connection_ack')
    const data = JSON.stringify({ query: 'subscription { onPin(board: "red") { board text words } }' })
    socket.send(JSON.stringify({ id: '1', type: 'start', payload: { data, extensions: { authorization } } }))
    await frame('start_ack')
    const pin = (board: string): string =>
      `mutation { pin(board: "${board}", text: "to be") { board text words } }`
    await byKey(pin('blue'))
    await byIam(pin('red'))
    const red = { board: 'red', text: 'to be', words: 2 }
    expect((await frame('data')).payload?.data).toEqual({ onPin: red })
    expect(frames.filter(({ type }) => type === 'data')).toHaveLength(1)
    socket.close()
  })
})

describe('an app without an API: queue, function, table, stream, state machine, topic, rule', () => {
  let app: RunningApp
  let sqs: SQSClient
  beforeAll(async () => {
    app = await startApp(synthesizeNotes)
    sqs = new SQSClient(app.client)
  })
  afterAll(async () => {
    sqs.destroy()
    await app.stop()
  })

  const send = (body: string): Promise<unknown> =>
    sqs.send(new SendMessageCommand({ QueueUrl: app.outputs.IncomingUrl, MessageBody: body }))
  const receive = async (output: string): Promise<Message[]> => {
    const QueueUrl = app.outputs[output]
    const answer = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }))
    return answer.Messages ?? []
  }

  it('takes a note all the way', async () => {
    await send(JSON.stringify({ id: 'n1', text: 'a thought' }))
    const [long] = await receive('LongUrl')
    expect(long?.Body).toBe('thought')

    const [ended] = await receive('EndedUrl')
    const event = JSON.parse(ended?.Body ?? '{}') as { detail: { status: string; output: string } }
    expect(event.detail.status).toBe('SUCCEEDED')
    expect(JSON.parse(event.detail.output)).toEqual([
      { word: 'a', grade: 'short' },
      { word: 'thought', grade: 'long' },
    ])

    const database = new DynamoDBClient(app.client)
    const { Items } = await database.send(new ScanCommand({ TableName: app.outputs.TableName }))
    expect(Items).toEqual([{ id: { S: 'n1' }, text: { S: 'a thought' } }])
    const states = new SFNClient(app.client)
    const list = new ListExecutionsCommand({ stateMachineArn: app.outputs.MachineArn })
    expect((await states.send(list)).executions?.map(({ status }) => status)).toEqual(['SUCCEEDED'])
  })

  it('sets aside what it cannot read', async () => {
    await send('no JSON')
    expect((await receive('UnreadableUrl')).map(({ Body }) => Body)).toEqual(['no JSON'])
  })
})
