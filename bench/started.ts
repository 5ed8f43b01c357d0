import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { atEnd } from './scratch.ts'

/** One of its processes. */
export interface Part {
  readonly pid: number
  /** Of the program. */
  readonly name: string
  /** CPU used so far, in ms. */
  readonly cpu: number
  /** Resident, in MB. */
  readonly memory: number
}

/** A thread of one of its processes. */
export interface Thread {
  /** Of the kernel: as named by Node or the program, 15 characters at most. */
  readonly name: string
  /** Process and thread. */
  readonly id: string
  /** CPU used so far, in ms. */
  readonly cpu: number
}

/** What the start told of itself, in ms. */
export interface Phase {
  readonly name: string
  readonly took: number
}

/** `npm start` in a process of its own, as a user runs it. */
export interface Started {
  readonly outputs: Readonly<Record<string, string>>
  readonly local: Readonly<Record<string, string>>
  /** Milliseconds from the first process to "ready". */
  readonly ready: number
  /** One after the other; the first is told from the begin of the program on. */
  readonly phases: readonly Phase[]
  /** Resident memory of the process and its children, in MB. */
  memory(): number
  /** CPU used so far by the process and its children, in ms. */
  cpu(): number
  /** The process and its children, one by one. */
  parts(): Part[]
  /** Every thread there is now; a function's are named after it. */
  threads(): Thread[]
  stop(): Promise<void>
}

/** Starts the whole system on free ports with `data` as its folder, until this process ends; `node`: options of Node's own. */
export async function startApart(data: string, node: readonly string[] = []): Promise<Started> {
  const began = performance.now()
  const options = ['--port', '0', '--aws-port', '0', '--data', data, '--reset', '--quiet']
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...node, 'start/start.ts', ...options],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  atEnd(() => child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  while (!said.includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`npm start ended: ${said}`)
    await pause(5)
  }
  const ready = performance.now() - began
  const all = JSON.parse(readFileSync(join(data, 'outputs.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >
  const pids = (): number[] => family(child.pid ?? 0)
  return {
    outputs: all.OrderSystem ?? {},
    local: all.Local ?? {},
    ready,
    phases: [...said.matchAll(/^ {2}(.+?) +(\d+) ms$/gm)].map(([, name = '', took]) => ({
      name,
      took: Number(took),
    })),
    memory: () => sum(pids().map(residentMb)),
    cpu: () => sum(pids().map(cpuMs)),
    parts: () =>
      pids().map((pid) => ({
        pid,
        name: readProc(pid, 'comm').trim(),
        cpu: cpuMs(pid),
        memory: residentMb(pid),
      })),
    threads: () => pids().flatMap(threadsOf),
    async stop() {
      child.kill('SIGINT')
      await once(child, 'close')
    },
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** A process and all its descendants (Linux). */
function family(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readProc(Number(name), 'stat')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return stat === '' ? [] : [[Number(name), parent] as const]
    })
  const members = [root]
  for (const member of members)
    members.push(...parents.filter(([, parent]) => parent === member).map(([pid]) => pid))
  return members
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readProc(pid, 'status'))?.[1] ?? 0) / 1024
}

function threadsOf(pid: number): Thread[] {
  return entries(`/proc/${pid}/task`).map((id) => {
    const task = `${pid}/task/${id}`
    return { name: readProc(task, 'comm').trim(), id: `${pid}/${id}`, cpu: cpuMs(task) }
  })
}

/** The kernel counts in hundredths of a second. */
function cpuMs(task: number | string): number {
  const stat = readProc(task, 'stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10
}

function readProc(task: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${task}/${file}`, 'utf8')
  } catch {
    return '' // it has ended
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
