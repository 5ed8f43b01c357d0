import { writeSync } from 'node:fs'
import { startCloud } from '../../local/cloud.ts'
import { seed } from '../../start/seed.ts'
import type { MortalOptions, Up } from './mortal.ts'
import { nameOf, phaseOf, type Aim } from './phases.ts'

/**
 * A process of its own that runs the whole system on a data folder. Told an aim, it kills itself (SIGKILL: nothing is
 * written, closed or waited for) at that moment of its own activity, which no watcher outside could hit as well.
 */
const [options = '{}'] = process.argv.slice(2)
let aim: Aim | undefined
let left = 0
process.on('message', (told: Aim | 'stop') => {
  if (told === 'stop') {
    void cloud.stop().then(() => process.exit(0))
    return
  }
  aim = told
  left = told.count
})

const cloud = await startCloud(JSON.parse(options) as MortalOptions)
cloud.watch((activity) => {
  if (aim === undefined || phaseOf(activity) !== aim.phase || --left > 0) return
  const { delay } = aim
  aim = undefined
  writeSync(2, `killed ${delay} ms after ${nameOf(activity)}\n`)
  if (delay === 0) process.kill(process.pid, 'SIGKILL')
  else setTimeout(() => process.kill(process.pid, 'SIGKILL'), delay)
})
await seed(cloud)
const { outputs, operator, place } = cloud
const up: Up = { outputs: outputs.OrderSystem ?? {}, operator, place }
process.send?.(up)
