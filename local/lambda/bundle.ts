import { fileURLToPath } from 'node:url'
import { bundleOwn } from '../own-code.ts'

let bundled: Promise<string> | undefined

/**
 * The code every sandbox starts with, as one script. Bundled once per process: a worker that strips the types of
 * runtime/ by itself takes twice as long to start.
 */
export function runtimeCode(): Promise<string> {
  bundled ??= bundleOwn(fileURLToPath(new URL('./runtime/main.ts', import.meta.url)), {
    platform: 'node',
    format: 'cjs',
  })
  return bundled
}
