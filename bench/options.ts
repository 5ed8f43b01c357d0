/** What `read` makes of the command line. What it does not understand is said in one line and ends the process. */
export function readOrEnd<Options>(read: () => Options): Options {
  try {
    return read()
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}

/** The value of an option that counts something; throws an Error of one line for anything else. */
export function readCount(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new Error(`${option} ${text}: must be a number, 1 or more.`)
}
