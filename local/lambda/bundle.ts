import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

let bundled: Promise<string> | undefined

/**
 * The code every sandbox starts with, as one script. Bundled once per process: a worker that strips the types of
 * runtime/ by itself takes twice as long to start.
 */
export function runtimeCode(): Promise<string> {
  bundled ??= build({
    entryPoints: [fileURLToPath(new URL('./runtime/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
  }).then(({ outputFiles }) => outputFiles.map((file) => file.text).join(''))
  return bundled
}
