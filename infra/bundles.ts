import { hash } from 'node:crypto'
import { basename, dirname, relative } from 'node:path'
import { context, type BuildContext, type BuildOptions, type BuildResult } from 'esbuild'
import { resolverFiles } from './fields.ts'

const root = dirname(import.meta.dirname)

/** Bundles of functions/, by name; each is one asset, whichever of its exports a function calls. */
const functionFiles = {
  'process-payment': 'functions/steps/process-payment.ts',
  'update-inventory': 'functions/steps/update-inventory.ts',
  'send-notification': 'functions/steps/send-notification.ts',
  'begin-undo': 'functions/steps/begin-undo.ts',
  'push-status': 'functions/push-status.ts',
  'recover-orders': 'functions/recover-orders.ts',
} as const

export type FunctionBundle = keyof typeof functionFiles

/** Code as it is deployed: a function is a folder, a resolver one file. */
export interface Bundle {
  /** `functions/<name>` or `resolvers/<field>.js`. */
  readonly name: string
  /** What is in it, by path: `functions/<name>/<name>.mjs` and its chunks, or the resolver. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** AppSync refuses code above this, per resolver and per pipeline function. */
const mostResolverBytes = 32 * 1024

/** What the name of a bundle's asset is made of: its files and nothing else. */
export function codeHash(files: ReadonlyMap<string, Uint8Array>): string {
  const each = [...files].map(([path, contents]) => `${hash('sha256', contents)} ${basename(path)}`)
  return hash('sha256', each.sort().join('\n'))
}

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

type Built = BuildResult<typeof common>

/**
 * The functions are built together: what they share, most of all the AWS SDK, is then linked and printed once instead of
 * six times, and what the SDK imports only when it is needed stays a file that Lambda need not read.
 */
const functions = builder({
  entryPoints: Object.entries(functionFiles).map(([out, file]) => ({ in: file, out })),
  splitting: true,
  outExtension: { '.js': '.mjs' },
  target: 'node24',
  minify: true,
  legalComments: 'none',
  mainFields: ['module', 'main'],
  // CommonJS parts of the AWS SDK call require(), which an ES module does not have. esbuild does not know the names here
  // when it makes short ones: they must be longer.
  banner: {
    js: "import{createRequire as moduleRequire}from'node:module';const require=moduleRequire(import.meta.url);",
  },
})

const resolvers = builder({
  entryPoints: resolverFiles.map((file) => ({ in: `resolvers/${file}.ts`, out: file })),
  target: 'esnext',
  treeShaking: true,
  external: ['@aws-appsync/utils'],
  sourcemap: 'inline',
  sourcesContent: false,
})

/** Builds the functions. Throws esbuild's error: file, line, what. */
export async function buildFunctions(): Promise<readonly Bundle[]> {
  const built = await functions()
  return Object.keys(functionFiles).map((name) => {
    const files = withChunks(built, `${name}.mjs`).map(
      (output) => [`functions/${name}/${output}`, contentsOf(built, output)] as const,
    )
    return { name: `functions/${name}`, files: new Map(files) }
  })
}

/** Builds the resolvers. Throws as `buildFunctions` does, and when AppSync would refuse one. */
export async function buildResolvers(): Promise<readonly Bundle[]> {
  const built = await resolvers()
  return resolverFiles.map((field) => {
    const name = `resolvers/${field}.js`
    const contents = contentsOf(built, `${field}.js`)
    if (contents.length > mostResolverBytes)
      throw new Error(`${name} has ${contents.length} bytes: AppSync takes ${mostResolverBytes} at most`)
    return { name, files: new Map([[name, contents]]) }
  })
}

const contexts = new Set<BuildContext>()

/** Forgets what is kept for the next build, which otherwise keeps the process alive. */
export async function endBuilding(): Promise<void> {
  for (const each of contexts) await each.dispose()
  contexts.clear()
}

/** Keeps what esbuild read for the next build: most of it, the AWS SDK, stays the same. */
function builder(options: BuildOptions): () => Promise<Built> {
  let begun: BuildContext<typeof common> | undefined
  return async () => {
    if (begun === undefined || !contexts.has(begun))
      contexts.add((begun = await context({ ...options, ...common })))
    return await begun.rebuild()
  }
}

/** An output with all that it imports, through others too, now or later. */
function withChunks({ metafile }: Built, entry: string): string[] {
  const found = new Set([entry])
  for (const path of found)
    for (const imported of metafile.outputs[path]?.imports ?? [])
      if (imported.external !== true) found.add(imported.path)
  return [...found]
}

function contentsOf({ outputFiles }: Built, output: string): Uint8Array {
  const found = outputFiles.find(({ path }) => relative(root, path) === output)
  if (found === undefined) throw new Error(`esbuild made no ${output}`)
  return found.contents
}
