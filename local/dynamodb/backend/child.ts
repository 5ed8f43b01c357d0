import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { dieWithUs, endLeftOver, forgetChild, recordChild } from './orphan.ts'

/** A running dynoxide process. */
export interface Child {
  readonly pid: number
  readonly origin: string
  /** Resolves with the last words of the process once it has ended, for whatever reason. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

export interface ChildFiles {
  readonly dbPath: string
  readonly pidFile: string
}

/** Somebody may take the free port between our look and the child's bind. */
const attempts = 5

/** Starts dynoxide on a free loopback port; rejects with what it said when it cannot run on these files. */
export async function startChild(program: string, files: ChildFiles): Promise<Child> {
  await endLeftOver(files.pidFile, files.dbPath)
  for (let attempt = 1; ; attempt++) {
    const host = hiddenHost()
    const port = await freePort(host)
    const args = ['serve', '--host', host, '--port', String(port), '--db-path', files.dbPath]
    // A group of its own: Ctrl-C in the terminal must not end it before the services that still write.
    const running = spawn(program, args, { env: {}, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    const unguard = guard(running, files.pidFile)
    const words = collectWords(running)
    const ended = hasEnded(running, words, program).finally(unguard)
    const outcome = await Promise.race([saysItListens(running, words), ended.then(() => 'ended' as const)])
    if (outcome === 'listens') return supervised(running, `http://${host}:${port}`, ended)
    if (attempt === attempts || !/address.*in use/i.test(words.text))
      throw new Error(
        `The database ${files.dbPath} cannot be served; if it is broken, forget the data folder with --reset: ${await ended}`,
      )
  }
}

/** From the moment of its birth on the process must not outlive us; the answer calls that off. */
function guard(running: ChildProcess, pidFile: string): () => void {
  const { pid } = running
  if (pid === undefined) return () => undefined
  const callOff = dieWithUs(pid)
  try {
    recordChild(pidFile, pid)
  } catch (error) {
    // The disk is full or the folder gone: nobody would find the process again.
    running.kill('SIGKILL')
    callOff()
    throw error
  }
  const killNow = (): void => void running.kill('SIGKILL')
  process.on('exit', killNow)
  return () => {
    process.off('exit', killNow)
    callOff()
    forgetChild(pidFile)
  }
}

function supervised(running: ChildProcess, origin: string, ended: Promise<string>): Child {
  // Neither the process nor its pipe keeps ours alive.
  running.unref()
  const { stderr } = running as unknown as { stderr: { unref?: () => void } }
  stderr.unref?.()
  return {
    pid: running.pid ?? 0,
    origin,
    ended,
    async stop() {
      running.ref()
      running.kill('SIGKILL')
      await ended
    },
  }
}

/** The end of what the process wrote to its standard error. */
interface Words {
  text: string
}

function collectWords(running: ChildProcess): Words {
  const words = { text: '' }
  running.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    words.text = (words.text + chunk).slice(-2_000)
  })
  return words
}

async function saysItListens(running: ChildProcess, words: Words): Promise<'listens'> {
  while (!words.text.includes('listening on')) await once(running.stderr ?? running, 'data')
  return 'listens'
}

function hasEnded(running: ChildProcess, words: Words, program: string): Promise<string> {
  return new Promise((resolve) => {
    running.on('error', (error) => resolve(`${program}: ${error.message}`))
    running.on('exit', (code, signal) => {
      const last = words.text.trim().split('\n').at(-1) ?? ''
      if (signal) resolve(`It was ended by ${signal}.`)
      else resolve(last === '' ? `It ended with exit code ${code ?? 'unknown'}.` : last)
    })
  })
}

/**
 * A loopback address nobody guesses: dynoxide answers whoever asks and lets every web page read along (CORS), and a
 * page could try all ports of 127.0.0.1. Only Linux answers on all of 127.0.0.0/8.
 */
function hiddenHost(): string {
  if (process.platform !== 'linux') return '127.0.0.1'
  return `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
