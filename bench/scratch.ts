import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder in `base` that goes with this process, however that ends, but for a SIGKILL. */
export function scratchFolder(prefix: string, base = tmpdir()): string {
  const folder = mkdtempSync(join(base, prefix))
  // Who wrote in it may just be ending.
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** Runs `work`, which cannot wait for anything, when this process ends, by Ctrl-C and SIGTERM too; the last first. */
export function atEnd(work: () => void): void {
  process.prependOnceListener('exit', work)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(1))
}
