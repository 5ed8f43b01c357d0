import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { App, DefaultStackSynthesizer, Validations } from 'aws-cdk-lib/core'
import { buildFunctions, buildResolvers, type Bundle } from './bundles.ts'
import type { OrderSystem as OrderSystemStack } from './order-system.ts'
import { recordCode } from './replace-code.ts'

export interface SynthesizeOptions {
  /** Folder of the cloud assembly; made when it is missing. */
  readonly output: string
  /** `YYYY-MM`: the month the API key's expiry is counted from; the current one (UTC) when absent. */
  readonly month?: string | undefined
  /** Whether CloudFormation's rules and cdk-nag's AwsSolutions pack judge the stack, which takes half of the time. */
  readonly check: boolean
}

/** What a synthesis needs before it can write anything. */
export interface Loaded {
  readonly OrderSystem: typeof OrderSystemStack
  readonly bundles: readonly Bundle[]
}

/** Builds the code and, esbuild being a process of its own, loads the CDK meanwhile. Throws for code that does not compile. */
export async function load(): Promise<Loaded> {
  enableCompileCache()
  const building = Promise.all([buildFunctions(), buildResolvers()])
  building.catch(() => undefined)
  const { OrderSystem } = await import('./order-system.ts')
  return { OrderSystem, bundles: (await building).flat() }
}

/**
 * Writes template and assets of the stack `OrderSystem` to `output`: byte for byte the same for the same sources and
 * month. Throws for code that does not compile, a month that is none, and a finding of the check.
 */
export async function synthesize(
  { output, month, check }: SynthesizeOptions,
  loaded: Promise<Loaded> = load(),
): Promise<void> {
  const { OrderSystem, bundles } = await loaded
  const folder = await mkdtemp(join(tmpdir(), 'order-system-'))
  try {
    await writeBundles(folder, bundles)
    const app = new App({
      outdir: output,
      analyticsReporting: false,
      treeMetadata: false,
      builtinCloudFormationValidation: check,
      context: { '@aws-cdk/core:validateAgainstDefaultRules': true }, // what these find is an error
    })
    if (check) {
      const { AwsSolutionsChecks } = await import('cdk-nag')
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
    }
    new OrderSystem(app, 'OrderSystem', {
      bundles: folder,
      month: month ?? monthOf(app.node.tryGetContext('month')),
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    })
    app.synth()
    await recordCode(output, bundles)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function writeBundles(folder: string, bundles: readonly Bundle[]): Promise<void> {
  for (const [path, contents] of bundles.flatMap(({ files }) => [...files])) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), contents)
  }
}

function monthOf(context: unknown): string {
  return typeof context === 'string' ? context : new Date().toISOString().slice(0, 'YYYY-MM'.length)
}
