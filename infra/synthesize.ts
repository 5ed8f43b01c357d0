import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { App, DefaultStackSynthesizer, Validations } from 'aws-cdk-lib/core'
import { buildAll } from './bundles.ts'
import type { Bundle } from './bundles.ts'
import { recordCode } from './replace-code.ts'

export interface SynthesizeOptions {
  /** Folder of the cloud assembly; made when it is missing. */
  readonly output: string
  /** `YYYY-MM`: the month the API key's expiry is counted from; the current one (UTC) when absent. */
  readonly month?: string | undefined
  /** Whether CloudFormation's rules and cdk-nag's AwsSolutions pack judge the stack, which takes half of the time. */
  readonly check: boolean
}

/**
 * Writes template and assets of the stack `OrderSystem` to `output`: byte for byte the same for the same sources and
 * month. Throws for code that does not compile, a month that is none, and a finding of the check.
 */
export async function synthesize({ output, month, check }: SynthesizeOptions): Promise<void> {
  enableCompileCache()
  const building = buildAll() // esbuild is a process of its own: it works while the CDK is loaded
  building.catch(() => undefined)
  const { OrderSystem } = await import('./order-system.ts')
  const bundles = await building
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
  for (const { file, contents } of bundles) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), contents)
  }
}

function monthOf(context: unknown): string {
  return typeof context === 'string' ? context : new Date().toISOString().slice(0, 'YYYY-MM'.length)
}
