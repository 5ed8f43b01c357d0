import { basename, dirname } from 'node:path'
import { build, stop, type BuildOptions } from 'esbuild'

/** Builds that have begun and not ended. */
let underWay = 0

/**
 * Bundles a file of the local cloud's own, for where no module can be imported. Once nothing is built any more esbuild's
 * process ends: it would keep 20 MB, and ask every second whether this one still lives.
 */
export async function bundleOwn(entry: string, options: BuildOptions): Promise<string> {
  underWay++
  try {
    // Only the file's name: an `*` in the path would be a pattern.
    const from = { absWorkingDir: dirname(entry), entryPoints: [`./${basename(entry)}`] }
    const { outputFiles } = await build({ ...options, ...from, bundle: true, write: false })
    return outputFiles.map((file) => file.text).join('')
  } finally {
    underWay--
    if (underWay === 0) void stop()
  }
}
