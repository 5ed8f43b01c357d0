import { hash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { buildSome, bundleFiles, codeHash } from './bundles.ts'
import type { Bundle } from './bundles.ts'

/** What the assembly says of a bundle: the id of its asset, and the sources it was built of. */
interface Recorded {
  readonly id: string
  readonly inputs: readonly string[]
}

/** For the next save of a source; nothing of it is deployed. */
const record = 'bundles.json'
const template = 'OrderSystem.template.json'
const assets = 'OrderSystem.assets.json'
const manifest = 'manifest.json'

/** Where sources are of which nothing but bundles is made. */
const onlyCode = /^(resolvers|functions)\//

/** The id that the CDK gives an asset whose hash is said. */
const assetId = (contents: Uint8Array): string => hash('sha256', codeHash(contents))

/** Writes down in the folder of an assembly what its code was built of. */
export async function recordCode(output: string, bundles: readonly Bundle[]): Promise<void> {
  await writeRecord(output, new Map(bundles.map((bundle) => [bundle.file, recordOf(bundle)])))
}

/**
 * Brings the sources in `changed`, by their path in the repository, into an assembly that was synthesized before
 * they were: what becomes of it is, byte for byte, what a new synthesis makes, without loading the CDK, which takes most
 * of the time. Answers false, and leaves everything as it is, when only a synthesis can tell. Throws as that does.
 */
export async function replaceCode(output: string, changed: readonly string[]): Promise<boolean> {
  if (!changed.every((file) => onlyCode.test(file))) return false
  const before = new Map(Object.entries(await readRecord(output)))
  if (bundleFiles.length !== before.size || !bundleFiles.every((file) => before.has(file))) return false
  const stale = bundleFiles.filter((file) => before.get(file)?.inputs.some((path) => changed.includes(path)))
  const built = await buildSome(stale)

  const after = new Map(before)
  for (const bundle of built) after.set(bundle.file, recordOf(bundle))
  // Bundles that are the same are one asset, which cannot be told apart when they cease to be.
  if (!allDiffer(before) || !allDiffer(after)) return false

  const renamed = new Map<string, string>()
  for (const file of stale) renamed.set(before.get(file)?.id ?? '', after.get(file)?.id ?? '')
  for (const bundle of built) await writeAsset(output, bundle)
  await rename(output, renamed)
  await writeRecord(output, after)
  return true
}

/** Packages are left out: nobody saves those. */
function recordOf({ contents, inputs }: Bundle): Recorded {
  return { id: assetId(contents), inputs: inputs.filter((path) => onlyCode.test(path)) }
}

async function writeRecord(output: string, recorded: ReadonlyMap<string, Recorded>): Promise<void> {
  await writeFile(join(output, record), JSON.stringify(Object.fromEntries(recorded)))
}

async function readRecord(output: string): Promise<Record<string, Recorded>> {
  const text = await readFile(join(output, record), 'utf8').catch(() => '{}')
  return JSON.parse(text) as Record<string, Recorded>
}

function allDiffer(recorded: ReadonlyMap<string, Recorded>): boolean {
  return new Set([...recorded.values()].map(({ id }) => id)).size === recorded.size
}

/** A function is a folder, which becomes a ZIP file; a resolver a file. */
async function writeAsset(output: string, { file, contents }: Bundle): Promise<void> {
  const asset = join(output, `asset.${assetId(contents)}`)
  const path = file.startsWith('functions/') ? join(asset, basename(file)) : `${asset}${extname(file)}`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

/** Has the assembly name other assets; the template, which is one itself, is then another, too. */
async function rename(output: string, renamed: Map<string, string>): Promise<void> {
  const rewrite = async (file: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(output, file), change(await readFile(join(output, file), 'utf8')))
  const replace = (text: string): string =>
    text.replaceAll(/\b[0-9a-f]{64}\b/g, (id) => renamed.get(id) ?? id)

  await rewrite(template, (text) => {
    const next = replace(text)
    renamed.set(hash('sha256', text), hash('sha256', next))
    return next
  })
  await rewrite(assets, (text) => nameDestinations(replace(text)))
  await rewrite(manifest, replace)
}

interface AssetManifest {
  files: Record<string, { destinations: Record<string, object> }>
}

/** The CDK names a destination by account, region and a hash of what it says. */
function nameDestinations(text: string): string {
  const manifest = JSON.parse(text) as AssetManifest
  for (const file of Object.values(manifest.files)) {
    const named = Object.entries(file.destinations).map(([name, destination]): [string, object] => [
      name.replace(/\w+$/, hash('sha256', JSON.stringify(destination)).slice(0, 8)),
      destination,
    ])
    file.destinations = Object.fromEntries(named)
  }
  return JSON.stringify(manifest, undefined, 2)
}
