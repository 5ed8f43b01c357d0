import type { Clock } from '../aws/clock.ts'

/** Milliseconds after which one that still initializes holds up the others no more. */
const patience = 1_000

/** Sandboxes that initialize, over all functions. */
export interface ColdStarts {
  /** The answer is called when the sandbox has initialized or is gone. Undefined: not now; `later` runs once there is room. */
  begin(later: () => void): (() => void) | undefined
}

/**
 * Lets `most` sandboxes initialize at a time. After a restart all functions are called at once; as many threads as that
 * take the processors from each other, and from those who wait for them, until they all run out of their time.
 */
export function limitColdStarts(most: number, clock: Clock): ColdStarts {
  let under = 0
  const later = new Set<() => void>()

  function wake(): void {
    for (const again of [...later]) {
      if (under >= most) return
      later.delete(again)
      again()
    }
  }

  return {
    begin(again) {
      if (under >= most) {
        later.add(again)
        return undefined
      }
      under += 1
      let over = false
      const done = (): void => {
        if (over) return
        over = true
        cancel()
        under -= 1
        wake()
      }
      const cancel = clock.at(clock.now() + patience, done)
      return done
    },
  }
}
