import { hash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { buildFunctions, buildResolvers, codeHash, type Bundle } from './bundles.ts'

/** Ids of the assets that bundles have become, by the bundles' names: for the next save of a source; it is not deployed. */
const record = 'bundles.json'
const template = 'OrderSystem.template.json'
const assets = 'OrderSystem.assets.json'
const manifest = 'manifest.json'

/** The id that the CDK gives an asset whose hash is said. */
const assetId = ({ files }: Bundle): string => hash('sha256', codeHash(files))

/** Writes down in the folder of an assembly what its code became. */
export async function recordCode(output: string, bundles: readonly Bundle[]): Promise<void> {
  await writeRecord(output, new Map(bundles.map((bundle) => [bundle.name, assetId(bundle)])))
}

/**
 * Brings the sources in `changed`, by their path in the repository, into an assembly that was synthesized before
 * they were: what becomes of it is, byte for byte, what a new synthesis makes, without loading the CDK, which takes most
 * of the time. Answers false, and leaves everything as it is, when only a synthesis can tell. Throws as that does.
 */
export async function replaceCode(output: string, changed: readonly string[]): Promise<boolean> {
  const functions = changed.filter((file) => file.startsWith('functions/'))
  const resolvers = changed.filter((file) => file.startsWith('resolvers/'))
  if (functions.length + resolvers.length < changed.length) return false
  const before = await readRecord(output)
  const [built, more] = await Promise.all([
    functions.length > 0 ? buildFunctions() : [],
    resolvers.length > 0 ? buildResolvers() : [],
  ])
  const bundles = [...built, ...more]
  if (!bundles.every(({ name }) => before.has(name))) return false

  const after = new Map([...before, ...bundles.map((bundle) => [bundle.name, assetId(bundle)] as const)])
  // Bundles that are the same are one asset, which cannot be told apart when they cease to be.
  if (!allDiffer(before) || !allDiffer(after)) return false

  const renamed = new Map<string, string>()
  for (const bundle of bundles.filter(({ name }) => before.get(name) !== after.get(name))) {
    renamed.set(before.get(bundle.name) ?? '', assetId(bundle))
    await writeAsset(output, bundle)
  }
  await rename(output, renamed)
  await writeRecord(output, after)
  return true
}

async function writeRecord(output: string, ids: ReadonlyMap<string, string>): Promise<void> {
  await writeFile(join(output, record), JSON.stringify(Object.fromEntries(ids)))
}

async function readRecord(output: string): Promise<Map<string, string>> {
  const text = await readFile(join(output, record), 'utf8').catch(() => '{}')
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>))
}

const allDiffer = (ids: ReadonlyMap<string, string>): boolean => new Set(ids.values()).size === ids.size

/** A function is a folder, which becomes a ZIP file; a resolver a file. */
async function writeAsset(output: string, bundle: Bundle): Promise<void> {
  const asset = join(output, `asset.${assetId(bundle)}`)
  for (const [file, contents] of bundle.files) {
    const path = file.startsWith('functions/') ? join(asset, basename(file)) : `${asset}${extname(file)}`
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, contents)
  }
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
