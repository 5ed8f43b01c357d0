import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface CallFrame {
  readonly functionName: string
  readonly url: string
}

/** What `--cpu-prof` writes, as far as it is read here; times are microseconds of the machine's monotonic clock. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: CallFrame
    readonly children?: readonly number[]
  }[]
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** A span of the machine's monotonic clock, in microseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

export const monotonic = (): number => Number(process.hrtime.bigint() / 1000n)

/**
 * Milliseconds of the main thread by the part whose code, or what that called of Node and packages, was running:
 * the main thread's profile is the one that loaded the program's first file.
 */
export function mainThreadByPart(folder: string, span: Span): Map<string, number> {
  const profiles = readdirSync(folder)
    .filter((file) => file.endsWith('.cpuprofile'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile)
  const main = profiles.find(({ nodes }) =>
    nodes.some(({ callFrame }) => callFrame.url.endsWith('start/start.ts')),
  )
  if (!main) throw new Error(`No profile of the main thread in ${folder}`)
  const part = partsOf(main)
  const spent = new Map<string, number>()
  let at = main.startTime
  main.samples.forEach((node, index) => {
    const took = main.timeDeltas[index] ?? 0
    at += took
    if (at < span.from || at > span.to) return
    const name = part.get(node) ?? ''
    spent.set(name, (spent.get(name) ?? 0) + took / 1000)
  })
  spent.delete(idle)
  return spent
}

const idle = '(idle)'

/** The part of each node: its own file's, or that of the nearest caller that has one. */
function partsOf({ nodes }: Profile): Map<number, string> {
  const parts = new Map<number, string>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const visit = (id: number, above: string): void => {
    const node = byId.get(id)
    if (!node) return
    const part = partOf(node.callFrame) ?? above
    parts.set(id, part)
    for (const child of node.children ?? []) visit(child, part)
  }
  visit(nodes[0]?.id ?? 0, 'Node: sockets, timers, streams')
  return parts
}

function partOf({ functionName, url }: CallFrame): string | undefined {
  if (functionName === idle || functionName === '(garbage collector)') return functionName
  if (url.endsWith('appsync-runtime.js') || url === 'code.js') return 'local/appsync'
  return /\/(local\/\w+(?=\/)|local|start)\/.*\.ts$/.exec(url)?.[1]
}
