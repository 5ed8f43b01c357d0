/** Who waits for records, by stream ARN. */
export interface Listeners {
  add(streamArn: string, listener: () => void): () => void
  tell(streamArn: string): void
}

export function createListeners(): Listeners {
  const waiting = new Map<string, Set<() => void>>()
  return {
    add(streamArn, listener) {
      const listeners = waiting.get(streamArn) ?? new Set()
      waiting.set(streamArn, listeners.add(listener))
      return () => void listeners.delete(listener)
    },
    tell(streamArn) {
      for (const listener of waiting.get(streamArn) ?? []) listener()
    },
  }
}
