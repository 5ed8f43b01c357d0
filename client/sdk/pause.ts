/**
 * Waits before the attempt after the `attempt`-th: exponential with full jitter, so that clients cut off together do not
 * come back together. Times in milliseconds. Ends early, without an error, when `signal` fires.
 */
export function pauseBefore(
  attempt: number,
  range: { first: number; longest: number },
  signal?: AbortSignal,
): Promise<void> {
  const most = Math.min(range.longest, range.first * 2 ** (attempt - 1))
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.random() * most)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
