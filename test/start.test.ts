import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** `npm start` as a user has it, from its first line to its end. */
function npmStart(...args: string[]) {
  const child: ChildProcess = spawn(
    'npm',
    ['start', '--silent', '--', '--port', '0', '--aws-port', '0', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  )
  let said = ''
  let printed = ''
  child.stdout?.on('data', (text: Buffer) => {
    said += text.toString()
    printed += text.toString()
  })
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()))
  const ended = once(child, 'close').then(([code]) => code as number)
  const ready = async (): Promise<void> => {
    while (!said.includes('Ctrl-C stops everything')) {
      if (child.exitCode !== null) throw new Error(`ended before it was ready: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  /** As Ctrl-C does: to the whole group. */
  const interrupt = (): boolean => process.kill(-(child.pid ?? 0), 'SIGINT')
  /** Command lines of its living group, without npm and its shell. */
  const processes = (): string[] =>
    execFileSync('ps', ['-eo', 'pgid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.trim().startsWith(`${child.pid} `) && !/npm|\bsh -c |<defunct>/.test(line))
  const readNoMore = (): void => void child.stdout?.destroy()
  return { said: () => said, printed: () => printed, ended, ready, interrupt, processes, readNoMore }
}

describe('npm start', () => {
  let data: string
  beforeEach(() => void (data = mkdtempSync(join(tmpdir(), 'my start-'))))
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(data, { recursive: true, force: true })
  })

  it('shows each phase with its time, what to try, and stops everything on Ctrl-C', async () => {
    const started = npmStart('--data', data)
    await started.ready()
    expect(started.said()).toMatch(/deploy the resources +\d+ ms/)
    expect(started.said()).toMatch(/curl -s http:\/\/127\.0\.0\.1:\d+\/graphql -H 'x-api-key: da2-\w{26}'/)
    expect(statSync(join(data, 'outputs.json')).mode & 0o777).toBe(0o600)

    expect(started.processes()).toEqual([expect.stringMatching(/ start\/start\.ts /)])

    const second = npmStart('--data', data)
    expect(await second.ended).toBe(1)
    expect(second.said()).toMatch(
      /^ {2}The data folder .* is in use by another local cloud: stop that one, or .*\.$/m,
    )

    const [, endpoint = ''] = /AWS +(http\S+)/.exec(started.said()) ?? []
    started.interrupt()
    await started.ended
    expect(started.said()).toMatch(/^ {2}Stopped\. The data stay in .*\.$/m)
    await expect(fetch(endpoint)).rejects.toThrow('fetch failed')
  })

  it('names the command that watches this data folder, and with --json prints nothing but JSON', async () => {
    const started = npmStart('--data', data, '--json')
    await started.ready()
    expect(started.said()).toContain(`npm run watch -- --outputs "${relative('.', data)}/outputs.json":`)
    const [, endpoint = ''] = /GraphQL +(http\S+)/.exec(started.said()) ?? []
    await fetch(endpoint, { method: 'POST', body: '{}' })
    started.interrupt()
    await started.ended
    const things = started
      .printed()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(things).toContainEqual(
      expect.objectContaining({ kind: 'request', error: 'UnauthorizedException' }),
    )
  })

  it('needs no proxy, and names a curl that asks none', async () => {
    for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, 'http://127.0.0.1:9')
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    const started = npmStart('--data', data)
    await started.ready()
    const [curl = ''] = /curl [^]*?'$/m.exec(started.said()) ?? []
    const made = JSON.parse(execFileSync('sh', ['-c', curl], { encoding: 'utf8' })) as object
    expect(made).toMatchObject({ data: { createOrder: { status: 'NEW' } } })
    started.interrupt()
    await started.ended
  })

  it('ends without a word when nobody reads its lines any more', async () => {
    const started = npmStart('--data', data, '--json')
    await started.ready()
    started.readNoMore()
    const [, endpoint = ''] = /GraphQL +(http\S+)/.exec(started.said()) ?? []
    await fetch(endpoint, { method: 'POST', body: '{}' })
    await started.ended
    expect(started.said()).not.toContain('EPIPE')
  })

  it.each(['--port', '--aws-port'])('says so in one line when the port of %s is taken', async (option) => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const started = npmStart('--data', data, option, String(port))
    expect(await started.ended).toBe(1)
    expect(started.said()).toMatch(new RegExp(`^  Port ${port} is in use .* ${option}\\.$`, 'm'))
    other.close()
  })

  it.each([
    [{ TERM: 'xterm-256color' }, true],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ])('on a terminal with %j has colours: %j', (environment, coloured) => {
    writeFileSync(join(data, 'of somebody'), '') // which ends it after its first lines
    const command = `${process.execPath} start/start.ts --port 0 --aws-port 0 --data '${data}'`
    const unset = { NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined } // Node goes by each of them
    const env = { ...process.env, ...unset, ...environment }
    const said = execFileSync('script', ['-qc', command, '/dev/null'], { encoding: 'utf8', env })
    expect(said).toContain('order-system')
    expect(said.includes('\u001b[')).toBe(coloured)
  })

  it('says so in one line when the data folder is broken', async () => {
    writeFileSync(join(data, 'lock.db'), '')
    writeFileSync(join(data, 'version'), 'from the future')
    const started = npmStart('--data', data)
    expect(await started.ended).toBe(1)
    expect(started.said()).toMatch(/^ {2}The data folder .* was written by another version .*--reset\.$/m)
  })

  it.each([
    [['--port', 'http'], /--port http: must be a port/],
    [['--parameter', 'MaxReceiveCount'], /--parameter MaxReceiveCount: must be NAME=VALUE/],
    [['--parameter', 'NoSuchFigure=1'], /NoSuchFigure/],
    [['--colour'], /--colour[^]*--help/],
    [['--port', '5555', '--aws-port', '5555'], /--port and --aws-port are both 5555/],
    [['--dynamodb-endpoint', 'nope'], /--dynamodb-endpoint nope: must be a URL/],
  ])('refuses %j with exit code 1', async (args, message) => {
    const started = npmStart('--data', data, ...args)
    expect(await started.ended).toBe(1)
    expect(started.said()).toMatch(message)
  })
})
