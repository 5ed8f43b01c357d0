import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * Removes the assets that no manifest in the folder of an assembly names any more, as synthesis only ever adds some; but
 * for the folders in use.
 */
export function forgetOldAssets(assembly: string, inUse: ReadonlySet<string>): void {
  const used = new Set([...inUse].map((folder) => basename(folder)))
  const files = readdirSync(assembly)
  const manifests = files
    .filter((file) => file.endsWith('.assets.json'))
    .map((file) => readFileSync(join(assembly, file), 'utf8'))
  const isOld = (file: string): boolean =>
    file.startsWith('asset.') && !manifests.some((manifest) => manifest.includes(`"${file}"`))
  for (const file of files)
    if (isOld(file) && !used.has(file)) rmSync(join(assembly, file), { recursive: true })
}
