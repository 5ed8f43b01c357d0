import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startCloud } from './cloud.ts'
import { cloudArguments, cloudUsage, readCloudArguments } from './command-line.ts'

const usage = `node local/main.ts CDK_OUT [options]: runs a synthesized CDK app on this machine

${cloudUsage}
  --help                   this text
`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: cloudArguments })
  if (values.help) {
    console.log(usage)
    return
  }
  const [assembly, ...more] = positionals
  if (assembly === undefined || more.length > 0)
    throw new Error(`Name one folder of a synthesized app.\n\n${usage}`)
  const options = readCloudArguments(values)
  const cloud = await startCloud({ ...options, assembly: resolve(assembly) })
  const stop = (): void => void cloud.stop().then(() => process.exit(0))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  for (const [stack, outputs] of Object.entries(cloud.outputs))
    for (const [name, value] of Object.entries(outputs)) console.log(`${stack}.${name} = ${value}`)
  console.log(
    `AWS endpoint ${cloud.place.awsEndpoint}; keys and outputs in ${options.data}/outputs.json; Ctrl-C stops.`,
  )
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
