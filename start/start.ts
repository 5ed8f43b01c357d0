import { join, resolve } from 'node:path'
import { readOptions, usage } from './options.ts'
import { bold, phaseLine, welcome } from './screen.ts'
import { synthesizeApart } from './synthesize.ts'

/** `npm start`: synthesizes the stack, runs it, puts products into stock and says what to try. */
async function start(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(usage)
    return
  }
  const data = resolve(options.data)
  const began = performance.now()
  const show = (name: string, took: number): void => console.log(phaseLine(name, took))
  console.log(`\n  ${bold('order-system')} on this machine\n`)

  const assembly = join(data, 'assembly')
  const prepare = (): Promise<void> => synthesizeApart(assembly)
  const { startCloud } = await import('../local/cloud.ts')
  show('load the local cloud', performance.now() - began)
  const { seed } = await import('./seed.ts')
  const cloud = await startCloud({ ...options, assembly, data, onPhase: show, prepare })
  const stop = (): void => void cloud.stop().then(() => process.exit(0))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  await seed(cloud)
  show('ready', performance.now() - began)
  console.log(welcome(cloud, data))
}

try {
  await start()
} catch (error) {
  console.error(`\n  ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
