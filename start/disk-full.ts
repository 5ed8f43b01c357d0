/** SQLITE_FULL. */
const sqliteFull = 13

/**
 * Ends the process with one clear line when the data folder's disk has no room left. What was acknowledged is on it; what
 * could not be written was never acknowledged, and going on would only refuse more. Answers what to do with an error that
 * did reach somebody, so that the process need not live on until the next one that does not.
 */
export function endOnFullDisk(data: string): (error: unknown) => void {
  const endIfFull = (error: unknown): void => {
    if (!isDiskFull(error)) return
    console.error(
      `\n  The disk of the data folder ${data} is full: make room and start again. Nothing that was acknowledged is lost.\n`,
    )
    process.exit(1)
  }
  process.on('uncaughtException', (error) => {
    endIfFull(error)
    console.error(error)
    process.exit(1)
  })
  return endIfFull
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode, cause } = error as Error & { code?: unknown; errcode?: unknown }
  return code === 'ENOSPC' || errcode === sqliteFull || isDiskFull(cause)
}
