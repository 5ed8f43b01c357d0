import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Answer, Request, Task } from './synthesis-process.ts'

/** Synthesizes in a process of its own, which stays for a while: the next time the CDK is loaded already. */
export interface Synthesizer {
  /**
   * Rejects with what is wrong with the sources: file and line, and what; `output` is then as it was. `changed`: all
   * sources that were saved since it was synthesized, by which less may be to do. One call at a time.
   */
  synthesize(output: string, changed?: readonly string[]): Promise<void>
  /** Has the process load what a first synthesis needs, while there is nothing to write yet. */
  load(): void
  /** Ends the process, and with it what it has loaded. */
  stop(): void
}

/** `sources`: the folder of which infra/ is a part. */
export function createSynthesizer(sources: string): Synthesizer {
  let child: ChildProcess | undefined

  function begin(): ChildProcess {
    const started = fork(join(sources, 'start', 'synthesis-process.ts'), {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    started.on('disconnect', () => {
      if (child === started) child = undefined
    })
    return (child = started)
  }

  return {
    load() {
      ;(child ?? begin()).send('load' satisfies Request)
    },
    synthesize(output, changed) {
      const task: Task = { output, ...(changed === undefined ? {} : { changed }) }
      const working = child ?? begin()
      return new Promise((resolve, reject) => {
        const ended = (code: number | null): void =>
          reject(new Error(`The synthesis ended with exit code ${code ?? 'none'}.`))
        working.once('exit', ended).once('message', ({ trouble }: Answer) => {
          working.off('exit', ended)
          if (trouble === undefined) resolve()
          else reject(new Error(trouble))
        })
        working.send(task, (error) => {
          if (error) reject(error)
        })
      })
    },
    stop() {
      child?.kill()
      child = undefined
    },
  }
}

/** Synthesizes into `output` once, in a process of its own, whose memory (the CDK's) is gone when it is done. */
export async function synthesizeApart(output: string, synthesizer = synthesizerHere()): Promise<void> {
  try {
    await synthesizer.synthesize(output)
  } finally {
    synthesizer.stop()
  }
}

/** Of this stack. */
export const synthesizerHere = (): Synthesizer => createSynthesizer(join(import.meta.dirname, '..'))
