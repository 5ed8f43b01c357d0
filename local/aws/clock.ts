/** Time as the parts of the cloud see it; tests hand in one that they move by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `task` once `at` (milliseconds since the epoch) is reached; the answer cancels it. A pending alarm keeps no process alive. */
  at(at: number, task: () => void): () => void
}

/** setTimeout counts its delay in 31 bits and fires at once beyond that. */
const longestTimeout = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, task) {
    let timer: NodeJS.Timeout
    const arm = (): void => {
      const delay = Math.max(0, at - Date.now())
      timer = setTimeout(delay > longestTimeout ? arm : task, Math.min(delay, longestTimeout))
      timer.unref()
    }
    arm()
    return () => {
      clearTimeout(timer)
    }
  },
}
