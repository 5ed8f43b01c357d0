import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { synthesizeApart } from '../../start/synthesize.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the synthesized stack that all system tests run. */
    assembly: string
  }
}

/** Synthesizes the stack once for all test files. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'))
  await synthesizeApart(folder)
  project.provide('assembly', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
