import type { Cloud } from '../local/cloud.ts'
import { inSources } from './in-sources.ts'
import { forgetOldAssets } from './old-assets.ts'
import { createSynthesizer } from './synthesize.ts'
import { watchFiles } from './watch-files.ts'

export interface HotReloadOptions {
  /** Folder of the sources. */
  readonly sources: string
  /** Folder of the assembly that `cloud` runs. */
  readonly assembly: string
  /** Comes once the cloud runs; what is saved before waits for it. */
  readonly cloud: Promise<Pick<Cloud, 'reload' | 'lambda'>>
  /** Told of a reload that takes long, while it does: the files that were saved. */
  readonly onSlow: (files: readonly string[]) => void
  /** Told of each reload: the files that were saved, milliseconds from the first of them on, and what is wrong. */
  readonly onReload: (reload: Reload) => void
}

export interface Reload {
  readonly files: readonly string[]
  readonly took: number
  /** What is wrong with the new version, file and line first; the one before runs on. */
  readonly trouble?: string
}

const watched = ['resolvers', 'functions', 'model', 'infra', 'schema.graphql']

/** What the process that synthesizes has loaded itself; everything else it reads each time. */
const loaded = /^(infra|model)\//

/** Milliseconds of silence after a save: editors and checkouts write many files at once. */
const silence = 30

/** Milliseconds after which a reload takes long: one that loads the CDK does. */
const long = 500

/** Brings each saved source into the running cloud until it is stopped. */
export function startHotReload({ sources, assembly, cloud, onSlow, onReload }: HotReloadOptions): {
  stop(): Promise<void>
} {
  const synthesizer = createSynthesizer(sources)
  const saved = new Set<string>()
  /** What was saved since the assembly's folder was in step with the sources. */
  const behind = new Set<string>()
  let since = 0
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  const stopping = new AbortController()

  function note(file: string): void {
    if (!/\.(ts|graphql|json)$/.test(file) || /\.test\.ts$/.test(file)) return
    if (saved.size === 0) since = performance.now()
    saved.add(file)
    clearTimeout(timer)
    timer = setTimeout(begin, silence)
  }

  function begin(): void {
    if (saved.size === 0 || stopping.signal.aborted) return
    working ??= reload().finally(() => {
      working = undefined
      begin() // for what was saved while this one was under way
    })
  }

  async function reload(): Promise<void> {
    const files = [...saved].sort()
    const began = since
    saved.clear()
    const trouble = await bringIn(files).then(
      () => ({}),
      (error: unknown) => ({ trouble: inSources(error instanceof Error ? error.message : String(error)) }),
    )
    if (!stopping.signal.aborted) onReload({ files, took: performance.now() - began, ...trouble })
  }

  async function bringIn(files: readonly string[]): Promise<void> {
    const running = await cloud
    const slow = setTimeout(onSlow, long, files)
    try {
      await deploy(running, files)
    } finally {
      clearTimeout(slow)
    }
  }

  async function deploy(running: Pick<Cloud, 'reload' | 'lambda'>, files: readonly string[]): Promise<void> {
    if (files.some((file) => loaded.test(file))) synthesizer.stop()
    for (const file of files) behind.add(file)
    await synthesizer.synthesize(assembly, [...behind])
    behind.clear()
    if (stopping.signal.aborted) return
    await running.reload()
    forgetOldAssets(assembly, running.lambda.codeInUse())
  }

  void cloud.then(({ lambda }) => forgetOldAssets(assembly, lambda.codeInUse()))
  const watching = watchFiles(sources, watched, note)

  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      watching.close()
      synthesizer.stop()
      await working
    },
  }
}
