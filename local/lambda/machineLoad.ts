import { cpus } from 'node:os'

/** Milliseconds a reading serves: reading costs, and a shorter span says little. */
const span = 100

/** Tells what share of the machine (0 to 1) has been in use, by whomever, of late. */
export function machineLoad(): () => number {
  let read = performance.now()
  let last = times()
  let load = 0
  return () => {
    if (performance.now() - read < span) return load
    const before = last
    read = performance.now()
    last = times()
    load = 1 - (last.idle - before.idle) / Math.max(1, last.all - before.all)
    return load
  }
}

function times(): { all: number; idle: number } {
  const sums = { all: 0, idle: 0 }
  for (const { times } of cpus()) {
    sums.all += times.user + times.nice + times.sys + times.irq + times.idle
    sums.idle += times.idle
  }
  return sums
}
