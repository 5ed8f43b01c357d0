/** SQLITE_FULL. */
const sqliteFull = 13

/**
 * Ends the process with one clear line when the data folder's disk has no room left. What was acknowledged is on it; what
 * could not be written was never acknowledged, and going on would only refuse more.
 */
export function endOnFullDisk(data: string): void {
  process.on('uncaughtException', (error) => {
    const line = `\n  The disk of the data folder ${data} is full: make room and start again. Nothing that was acknowledged is lost.\n`
    console.error(isDiskFull(error) ? line : error)
    process.exit(1)
  })
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode, cause } = error as Error & { code?: unknown; errcode?: unknown }
  return code === 'ENOSPC' || errcode === sqliteFull || isDiskFull(cause)
}
