import { cpus } from 'node:os'

/** Tells what share of the machine (0 to 1) has been in use, by whomever, since it was last asked. */
export function machineLoad(): () => number {
  let last = times()
  return () => {
    const before = last
    last = times()
    const passed = last.all - before.all
    return passed <= 0 ? 0 : 1 - (last.idle - before.idle) / passed
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
