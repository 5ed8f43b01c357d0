import { effects } from './effects.ts'
import { stringify } from './json.ts'

function write(level: string): (...values: unknown[]) => void {
  return (...values) => {
    let message = ''
    for (const value of values) message += (message && ' ') + stringify(value ?? null)
    effects.logs.push({ level, message })
  }
}

export const console = { log: write('INFO'), error: write('ERROR') }
