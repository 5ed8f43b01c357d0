import { enableCompileCache } from 'node:module'
import { join, relative } from 'node:path'
import type { Activity } from '../local/aws/activity.ts'
import type { Cloud } from '../local/cloud.ts'
import { openJournal } from '../local/trace/journal.ts'
import { endOnFullDisk } from './disk-full.ts'
import { startHotReload } from './hot-reload.ts'
import { inSources } from './in-sources.ts'
import { createWatcher, type Watcher } from './lines.ts'
import { readOptions, usage } from './options.ts'
import { bold, phaseLine, reloadLine, slowLine, welcome } from './screen.ts'
import { synthesizeApart, synthesizerHere } from './synthesize.ts'

/** `npm start`: synthesizes the stack, runs it, puts products into stock and says what to try. */
async function start(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(usage)
    return
  }
  const { data } = options
  const typed = relative('.', data) || '.'
  const onBug = endOnFullDisk(data)
  if (options.trace !== undefined) {
    const { trace } = await import('./trace.ts')
    console.log(trace(data, options.trace))
    return
  }
  const began = performance.now()
  enableCompileCache()
  // What programs are to read stands alone.
  const say = options.lines === 'json' ? console.error : console.log
  const show = (name: string, took: number): void => say(phaseLine(name, took))
  process.stdout.on('error', () => process.exit()) // who read the lines is gone, as `| head` goes
  say(`\n  ${bold('order-system')} on this machine\n`)

  const assembly = join(data, 'assembly')
  const running = Promise.withResolvers<Cloud>()
  let watcher: Watcher | undefined
  const hotReload = startHotReload({
    sources: join(import.meta.dirname, '..'),
    assembly,
    cloud: running.promise,
    onSlow: (files) => console.log(slowLine(files, options.lines)),
    onReload: (reload) => console.log(reloadLine(reload, options.lines)),
  })
  const synthesizer = synthesizerHere()
  synthesizer.load() // from here on what is saved is seen
  const prepare = (): Promise<void> => {
    watcher = createWatcher({
      lines: options.lines,
      journal: openJournal(data),
      print: (text) => process.stdout.write(text),
    })
    return synthesizeApart(assembly, synthesizer)
  }
  const onActivity = (activity: Activity): void => watcher?.see(activity)
  const { startCloud } = await import('../local/cloud.ts')
  show('load the local cloud', performance.now() - began)
  const { seed } = await import('./seed.ts')
  const cloud = await startCloud({ ...options, assembly, onPhase: show, prepare, onActivity, onBug })
  running.resolve(cloud)
  const stopAll = async (): Promise<void> => {
    await hotReload.stop()
    await cloud.stop()
  }
  const stop = (): void =>
    void stopAll().then(() => {
      watcher?.close()
      say(`\n  Stopped. The data stay in ${typed}, and so does what is under way.\n`)
      process.exit(0)
    })
  process.once('SIGINT', stop).once('SIGTERM', stop)
  await seed(cloud)
  show('ready', performance.now() - began)
  say(welcome(cloud, typed))
  watcher?.show()
}

try {
  await start()
} catch (error) {
  const message = inSources(error instanceof Error ? error.message : String(error)).replace(
    /^Cannot find package '(.+)' imported .*/,
    'The package $1 is not installed: run "npm ci" first.',
  )
  const more = /^ERR_PARSE_ARGS/.test((error as { code?: string }).code ?? '') ? `\n\n${usage}` : ''
  console.error(`\n  ${message.replaceAll(/\s*\n\s*/g, '\n  ')}${more}\n`)
  process.exit(1)
}
