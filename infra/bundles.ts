import { hash } from 'node:crypto'
import { statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import type { BuildOptions, Metafile } from 'esbuild'
import { resolverFiles } from './fields.ts'

const root = dirname(import.meta.dirname)

/** Bundles of functions/, by name; each is one asset, whichever of its exports a function calls. */
export const functionFiles = {
  'process-payment': 'functions/steps/process-payment.ts',
  'update-inventory': 'functions/steps/update-inventory.ts',
  'send-notification': 'functions/steps/send-notification.ts',
  'begin-undo': 'functions/steps/begin-undo.ts',
  'push-status': 'functions/push-status.ts',
  'recover-orders': 'functions/recover-orders.ts',
} as const

export type FunctionBundle = keyof typeof functionFiles

/** Code as it is deployed, built of the sources. */
export interface Bundle {
  /** Where it is in a folder of bundles: `functions/<name>/index.mjs` or `resolvers/<field>.js`. */
  readonly file: string
  readonly contents: Uint8Array
  /** The sources that went into it, by their path in the repository. */
  readonly inputs: readonly string[]
}

/** AppSync refuses code above this, per resolver and per pipeline function. */
const mostResolverBytes = 32 * 1024

const functionEntries = new Map(
  Object.entries(functionFiles).map(([name, file]) => [`functions/${name}/index.mjs`, file]),
)
const resolverEntries = new Map(resolverFiles.map((file) => [`resolvers/${file}.js`, `resolvers/${file}.ts`]))

/** Every bundle, by its file. */
export const bundleFiles: readonly string[] = [...functionEntries.keys(), ...resolverEntries.keys()]

/** What the name of a bundle's asset is made of: its code and nothing else. */
export const codeHash = (contents: Uint8Array): string => hash('sha256', contents)

// Nothing is written by esbuild itself: paths inside the output (source maps, comments) are then the same wherever
// the bundles go, and so are the hashes of the assets.
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  outdir: root,
  write: false,
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions

/** The last bundles of functions/, and when that began: in ms since the epoch. */
let lastFunctions: { readonly bundles: readonly Bundle[]; readonly began: number } | undefined

/**
 * Builds every bundle, each kind in one call of esbuild. Throws esbuild's error: file, line, what. The AWS SDK makes
 * the functions the long part: a process that builds again does it only when a source of theirs changed.
 */
export async function buildAll(): Promise<readonly Bundle[]> {
  const functions = async (): Promise<readonly Bundle[]> => {
    const { bundles, began } = lastFunctions ?? { bundles: [], began: 0 }
    const inputs = new Set(bundles.flatMap((bundle) => bundle.inputs))
    if (inputs.size > 0 && [...inputs].every((path) => isOlder(path, began))) return bundles
    lastFunctions = { began: Date.now(), bundles: await buildFunctions([...functionEntries.keys()]) }
    return lastFunctions.bundles
  }
  return (await Promise.all([functions(), buildResolvers([...resolverEntries.keys()])])).flat()
}

/** Builds the named bundles only. */
export async function buildSome(files: readonly string[]): Promise<readonly Bundle[]> {
  const of = (entries: ReadonlyMap<string, string>): string[] => files.filter((file) => entries.has(file))
  return (
    await Promise.all([buildFunctions(of(functionEntries)), buildResolvers(of(resolverEntries))])
  ).flat()
}

/** By the time of the last change of any kind, a move included; file systems round it down to some milliseconds. */
function isOlder(path: string, than: number): boolean {
  const { ctimeMs } = statSync(join(root, path), { throwIfNoEntry: false }) ?? { ctimeMs: Infinity }
  return ctimeMs + 20 < than
}

function buildFunctions(files: readonly string[]): Promise<readonly Bundle[]> {
  return bundlesOf(files, functionEntries, {
    outExtension: { '.js': '.mjs' },
    target: 'node24',
    minify: true,
    legalComments: 'none',
    mainFields: ['module', 'main'],
    // CommonJS parts of the AWS SDK call require(), which an ES module does not have.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  })
}

async function buildResolvers(files: readonly string[]): Promise<readonly Bundle[]> {
  const bundles = await bundlesOf(files, resolverEntries, {
    target: 'esnext',
    treeShaking: true,
    external: ['@aws-appsync/utils'],
    sourcemap: 'inline',
    sourcesContent: false,
  })
  for (const { file, contents } of bundles)
    if (contents.length > mostResolverBytes)
      throw new Error(`${file} has ${contents.length} bytes: AppSync takes ${mostResolverBytes} at most`)
  return bundles
}

async function bundlesOf(
  files: readonly string[],
  entries: ReadonlyMap<string, string>,
  options: BuildOptions,
): Promise<readonly Bundle[]> {
  if (files.length === 0) return []
  const entryPoints = files.map((file) => ({
    in: entries.get(file) ?? file,
    out: file.replace(/\.m?js$/, ''),
  }))
  const { outputFiles, metafile } = await build({ ...options, ...common, entryPoints })
  return outputFiles.map(({ path, contents }) => {
    const file = relative(root, path)
    return { file, contents, inputs: inputsOf(metafile, entries.get(file) ?? file) }
  })
}

/** All that an entry point imports, through others too, with itself. */
function inputsOf({ inputs }: Metafile, entry: string): string[] {
  const found = new Set([entry])
  for (const path of found)
    for (const imported of inputs[path]?.imports ?? []) if (!imported.external) found.add(imported.path)
  return [...found]
}
