import { statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import type { BuildOptions, OutputFile } from 'esbuild'
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

/** AppSync refuses code above this, per resolver and per pipeline function. */
const mostResolverBytes = 32 * 1024

/** Built code on disk: `<folder>/functions/<bundle>/index.mjs` and `<folder>/resolvers/<file>.js`. */
export interface Bundles {
  readonly folder: string
  remove(): Promise<void>
}

// Nothing is written by esbuild itself: paths inside the output (source maps, comments) are then the same wherever
// the temporary folder lies, and so are the hashes of the assets.
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions

/** What functions were built into last, from which files, and when that began: in ms since the epoch. */
let built:
  { readonly files: OutputFile[]; readonly inputs: readonly string[]; readonly began: number } | undefined

/** The AWS SDK makes these the long part: a process that synthesizes again builds them only when a source changed. */
async function functions(): Promise<OutputFile[]> {
  if (built?.inputs.every((path) => isOlder(path, built?.began ?? 0))) return built.files
  const began = Date.now()
  const { outputFiles: files, metafile } = await buildFunctions()
  built = { files, inputs: Object.keys(metafile.inputs).map((path) => join(root, path)), began }
  return files
}

/** By the time of the last change of any kind, a move included; file systems round it down to some milliseconds. */
function isOlder(path: string, than: number): boolean {
  const { ctimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { ctimeMs: Infinity }
  return ctimeMs + 20 < than
}

function buildFunctions() {
  return build({
    ...common,
    metafile: true,
    entryPoints: Object.entries(functionFiles).map(([name, file]) => ({ in: file, out: `${name}/index` })),
    outdir: join(root, 'functions'),
    outExtension: { '.js': '.mjs' },
    target: 'node24',
    minify: true,
    legalComments: 'none',
    mainFields: ['module', 'main'],
    // CommonJS parts of the AWS SDK call require(), which an ES module does not have.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  })
}

async function buildResolvers(): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: resolverFiles.map((file) => ({ in: `resolvers/${file}.ts`, out: file })),
    outdir: join(root, 'resolvers'),
    target: 'esnext',
    treeShaking: true,
    external: ['@aws-appsync/utils'],
    sourcemap: 'inline',
    sourcesContent: false,
  })
  for (const { path, contents } of outputFiles)
    if (contents.length > mostResolverBytes)
      throw new Error(
        `${relative(root, path)} has ${contents.length} bytes: AppSync takes ${mostResolverBytes} at most`,
      )
  return outputFiles
}

/** Bundles what the stack deploys, each kind in one call of esbuild. Throws esbuild's error: file, line, what. */
export async function bundle(): Promise<Bundles> {
  const built = await Promise.all([functions(), buildResolvers()])
  const folder = await mkdtemp(join(tmpdir(), 'order-system-'))
  for (const { path, contents } of built.flat()) {
    const file = join(folder, relative(root, path))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, contents)
  }
  return { folder, remove: () => rm(folder, { recursive: true }) }
}
