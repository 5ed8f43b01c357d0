import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { fnOf, lambdaCloud, until, type LambdaCloud } from './testing/cloud.ts'
import type { WireRequest } from './messages.ts'

const origin = 'http://127.0.0.1:4566'

let cloud: LambdaCloud | undefined
let server: Server | undefined
const asked: WireRequest[] = []
const abandoned: string[] = []
afterEach(async () => {
  await cloud?.end()
  server?.close()
  asked.length = abandoned.length = 0
})

/** A function with this code on a wire that repeats what it was asked, and never answers at `/silent`. */
async function run(body: string, event: unknown = {}): Promise<unknown> {
  const source = `import http, { request as named } from 'node:http'
    import { once } from 'node:events'
    const text = async (stream) => { let all = ''; for await (const chunk of stream) all += chunk; return all }
    export const handler = async (event, context) => { ${body} }`
  cloud = await lambdaCloud([fnOf('f', source, { Timeout: 2 })], {
    wire: {
      origins: [origin],
      answer(request, signal) {
        asked.push(request)
        signal.addEventListener('abort', () => abandoned.push(request.url))
        if (request.url === '/silent') return new Promise(() => undefined)
        const status = Number(/status=(\d+)/.exec(request.url)?.[1] ?? 200)
        const headers = { 'content-type': 'application/json', 'x-amzn-requestid': 'r-1' }
        const sent = Buffer.from(request.body as Uint8Array).toString()
        return Promise.resolve({ status, headers, body: JSON.stringify({ sent }) })
      },
    },
  })
  return await cloud.result('f', event)
}

test('http.request reaches a service of this process without a socket', async () => {
  const answer = await run(`
    const request = named({ host: '127.0.0.1', port: 4566, method: 'POST', path: '/a?b=c', headers: { 'X-Amz-Target': 'T' } })
    request.write('one, ')
    request.end('two')
    const [response] = await once(request, 'response')
    return { status: response.statusCode, words: response.statusMessage, headers: response.headers, body: await text(response) }`)
  expect(asked).toEqual([
    {
      kind: 'request',
      call: 1,
      method: 'POST',
      origin,
      url: '/a?b=c',
      headers: { 'x-amz-target': 'T', host: '127.0.0.1:4566' },
      body: expect.any(Uint8Array) as Uint8Array,
    },
  ])
  expect(answer).toEqual({
    status: 200,
    words: 'OK',
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': 'r-1' },
    body: '{"sent":"one, two"}',
  })
})

test.each([
  ['a URL and a callback', `http.get('${origin}/x', resolve)`],
  ['a URL object and options', `http.get(new URL('${origin}/x'), { headers: { a: 'b' } }, resolve)`],
  ['options', `http.request({ hostname: '127.0.0.1', port: '4566', path: '/x' }, resolve).end()`],
])('http takes %s', async (_form, call) => {
  expect(await run(`return await text(await new Promise((resolve) => ${call}))`)).toBe('{"sent":""}')
  expect(asked[0]).toMatchObject({ method: 'GET', url: '/x' })
})

test.each([
  ['text', `{ method: 'POST', headers: { Accept: 'a' }, body: 'hello' }`, 'text/plain;charset=UTF-8'],
  ['bytes', `{ method: 'POST', headers: { Accept: 'a' }, body: Buffer.from('hello') }`, undefined],
  [
    'a form of headers',
    `{ method: 'POST', headers: new Headers({ Accept: 'a', 'content-type': 'b' }), body: 'hello' }`,
    'b',
  ],
])('fetch sends %s', async (_form, init, type) => {
  const answer = await run(`
    const response = await fetch('${origin}/f?status=418', ${init})
    return { status: response.status, ok: response.ok, url: response.url, id: response.headers.get('x-amzn-requestid'), ...(await response.json()) }`)
  expect(answer).toEqual({
    ...{ status: 418, ok: false, url: `${origin}/f?status=418`, id: 'r-1', sent: 'hello' },
  })
  expect(asked[0]?.headers).toMatchObject({ accept: 'a', host: '127.0.0.1:4566' })
  expect(asked[0]?.headers['content-type']).toBe(type)
})

test('fetch takes a Request, and an answer without a body', async () => {
  expect(
    await run(`return (await fetch(new Request('${origin}/?status=204', { method: 'DELETE' }))).status`),
  ).toBe(204)
  expect(asked[0]).toMatchObject({ method: 'DELETE', url: '/?status=204' })
})

test('who does not want to wait any longer is let go, and the service is told', async () => {
  const answers = await run(`
    const told = []
    const request = http.get('${origin}/silent', { timeout: 20 })
    request.on('timeout', () => request.destroy(new Error('too slow')))
    told.push((await once(request, 'error'))[0].message)
    const hung = http.get('${origin}/silent')
    hung.on('error', ({ code }) => told.push(code))
    hung.destroy()
    await new Promise((resolve) => hung.on('close', resolve))
    told.push(await fetch('${origin}/silent', { signal: AbortSignal.timeout(20) }).catch(({ name }) => name))
    told.push(await fetch('${origin}/silent', { signal: AbortSignal.abort() }).catch(({ name }) => name))
    return told`)
  expect(answers).toEqual(['too slow', 'ECONNRESET', 'TimeoutError', 'AbortError'])
  await until(() => abandoned.length === asked.length)
  expect(asked.length).toBeGreaterThan(1)
})

test('a sandbox that ends waits for nothing', async () => {
  const answer = await run(`await fetch('${origin}/silent')`)
  expect(answer).toMatchObject({ errorType: 'Sandbox.Timedout' })
  await until(() => abandoned.length === 1)
})

test('what this process does not serve is reached by socket', async () => {
  server = createServer((_request, response) => response.end('by socket')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const answer = await run(
    `return [await (await fetch(event.url)).text(), await text((await once(http.get(event.url), 'response'))[0])]`,
    { url: elsewhere },
  )
  expect(answer).toEqual(['by socket', 'by socket'])
  expect(asked).toEqual([])
})
