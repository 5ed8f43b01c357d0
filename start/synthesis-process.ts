import { enableCompileCache } from 'node:module'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stop } from 'esbuild'
import type { Loaded } from '../infra/synthesize.ts'

/** What the process is asked for: to load what the next task needs, or that task. */
export type Request = 'load' | Task

export interface Task {
  readonly output: string
  /** All sources that were saved since the folder was synthesized; absent when that never was. */
  readonly changed?: readonly string[]
}

/** What it answers: nothing, or what is wrong. */
export interface Answer {
  readonly trouble?: string
}

/** Milliseconds without work after which it ends, and gives the CDK's memory back: as long as one thinks between two saves. */
const patience = 10 * 60_000

enableCompileCache()
const root = dirname(import.meta.dirname)
const giveUp = (): void => process.disconnect()
let idle = setTimeout(giveUp, patience)

process.on('SIGTERM', end)
process.on('disconnect', end) // this one's patience, or the death of who began it
let loaded: Promise<Loaded> | undefined
process.on('message', (request: Request) => {
  if (request === 'load') {
    loaded = import('../infra/synthesize.ts').then(({ load }) => load())
    loaded.catch(() => undefined) // the task is told
    return
  }
  clearTimeout(idle)
  void work(request).then((answer) => {
    process.send?.(answer)
    idle = setTimeout(giveUp, patience)
  })
})

/** With esbuild's process, which would see only later that this one is gone. */
function end(): void {
  void stop().finally(() => process.exit())
}

async function work({ output, changed }: Task): Promise<Answer> {
  try {
    const { replaceCode } = await import('../infra/replace-code.ts')
    if (changed !== undefined && (await replaceCode(output, changed))) return {}
    const { synthesize } = await import('../infra/synthesize.ts')
    const begun = loaded
    loaded = undefined
    await synthesize({ output, check: false }, begun)
    return {}
  } catch (error) {
    return { trouble: withPlace(error) }
  }
}

/** The message of an error, behind the file and line of ours in which it arose unless it names one itself. */
function withPlace(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const place = (error.stack ?? '')
    .split('\n')
    .map((line) => /(?:file:\/\/)?(\/[^\s()]+:\d+(?::\d+)?)/.exec(line)?.[1] ?? '')
    .map((found) => relative(root, found.startsWith('/') ? fileURLToPath(`file://${found}`) : root))
    .find((found) => found !== '' && !/^\.\.|node_modules/.test(found))
  const words = error.message.trim()
  return /^\S+\.\w+:\d+|\n\S+\.\w+:\d+/.test(words) || place === undefined ? words : `${place}: ${words}`
}
