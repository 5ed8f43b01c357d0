import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Removes the assets that no manifest in the folder of an assembly names any more: synthesis only ever adds some. */
export function forgetOldAssets(assembly: string): void {
  const files = readdirSync(assembly)
  const manifests = files
    .filter((file) => file.endsWith('.assets.json'))
    .map((file) => readFileSync(join(assembly, file), 'utf8'))
  for (const file of files)
    if (file.startsWith('asset.') && !manifests.some((manifest) => manifest.includes(`"${file}"`)))
      rmSync(join(assembly, file), { recursive: true })
}
