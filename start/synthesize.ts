import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { synthesize } from '../infra/synthesize.ts'

/**
 * Synthesizes into `output` in a process of its own, whose memory (the CDK's) is gone when it is done. Rejects with what
 * the synthesis had to say.
 */
export function synthesizeApart(output: string): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), output], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(said.trim() || `The synthesis ended with exit code ${code ?? 'none'}.`))
    })
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await synthesize({ output: process.argv[2] ?? 'cdk.out', check: false })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
