import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Cloud, CloudOptions } from '../../local/cloud.ts'
import type { Aim } from './phases.ts'

export type MortalOptions = Pick<CloudOptions, 'assembly' | 'data' | 'port' | 'awsPort' | 'parameters'>

/** What the process tells once it is ready. */
export type Up = Pick<Cloud, 'operator' | 'place'> & { readonly outputs: Readonly<Record<string, string>> }

/** The whole system in a process of its own that is made to be killed. */
export interface Mortal {
  /** Resolves once it is ready; rejects with what it said when it ends before. */
  readonly up: Promise<Up>
  /** Has it die at that moment; answers its last words. */
  dieAt(aim: Aim): Promise<string>
  /** Kills it now. */
  kill(): Promise<string>
  /** Ends it in good order. */
  stop(): Promise<void>
}

const script = fileURLToPath(new URL('./mortal-cloud.ts', import.meta.url))

export function startMortal(options: MortalOptions): Mortal {
  const child = fork(script, [JSON.stringify(options)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, DATA_FOLDER: options.data },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()))
  const ended = once(child, 'close').then(() => said.trim())
  const up = Promise.race([
    once(child, 'message').then(([message]) => message as Up),
    ended.then((words) => Promise.reject<Up>(new Error(`It ended before it was ready: ${words}`))),
  ])
  up.catch(() => undefined)
  return {
    up,
    dieAt: (aim) => tell(child, aim).then(() => ended),
    kill() {
      child.kill('SIGKILL')
      return ended
    },
    async stop() {
      await tell(child, 'stop')
      await ended
    },
  }
}

function tell(child: ChildProcess, message: Aim | 'stop'): Promise<void> {
  return new Promise((resolve) => child.send(message, () => resolve()))
}

/** Command lines of all processes that were started for the data folder or by one that was (Linux). */
export function processesOf(data: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => `${read(pid, 'cmdline')}${read(pid, 'environ')}`.includes(data))
    .map((pid) => `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ')}`)
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
