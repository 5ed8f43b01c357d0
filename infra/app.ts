import { parseArgs } from 'node:util'
import { endBuilding } from './bundles.ts'
import { synthesize } from './synthesize.ts'

/** `node infra/app.ts [--output DIR] [-c month=YYYY-MM]`; the CDK's command line says both by environment. */
async function app(): Promise<void> {
  const { values } = parseArgs({
    options: {
      output: { type: 'string', default: process.env.CDK_OUTDIR ?? 'cdk.out' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  })
  const context = new Map(values.context.map((pair) => pair.split('=', 2) as [string, string | undefined]))
  for (const name of context.keys()) if (name !== 'month') throw new Error(`unknown context: ${name}`)
  await synthesize({ output: values.output, month: context.get('month'), check: true })
  console.log(`Template and assets are in ${values.output}.`)
}

try {
  await app()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await endBuilding()
}
