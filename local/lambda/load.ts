import { availableParallelism } from 'node:os'

/** Tells what share of the machine (0 to 1) this process, all of its threads, has used since it was last asked. */
export function ownLoad(): () => number {
  let at = performance.now()
  let used = process.cpuUsage()
  return () => {
    const passed = (performance.now() - at) * 1000 * availableParallelism()
    const { user, system } = process.cpuUsage(used)
    at = performance.now()
    used = process.cpuUsage()
    return passed <= 0 ? 0 : (user + system) / passed
  }
}
