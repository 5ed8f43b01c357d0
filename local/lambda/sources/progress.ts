import type { Position } from '../store.ts'
import { sequenceOrder } from './streamRecord.ts'

/** Which records of a shard are done, when lanes finish out of order. */
export interface Progress {
  /** True when a record was done before the last stop. */
  isDone(sequence: string, lane: number): boolean
  read(sequence: string): void
  /** `lane`: where all earlier records of the lane are done as well. */
  done(sequences: readonly string[], lane?: number): void
  /** Records read and not done. */
  open(): number
  position(): Position
  /** Where to read on after a restart. */
  readonly checkpoint: string | undefined
}

export function createProgress(saved: Position | undefined, laneCount: number): Progress {
  let checkpoint = saved?.checkpoint
  /** Another number of lanes spreads the keys differently: what is beyond the checkpoint comes again then. */
  const lanes =
    saved?.lanes.length === laneCount ? [...saved.lanes] : Array.from({ length: laneCount }, () => null)
  const order: string[] = []
  const finished = new Set<string>()

  return {
    get checkpoint() {
      return checkpoint
    },
    isDone(sequence, lane) {
      const upTo = lanes[lane]
      return typeof upTo === 'string' && sequenceOrder(sequence, upTo) <= 0
    },
    read: (sequence) => void order.push(sequence),
    done(sequences, lane) {
      for (const sequence of sequences) finished.add(sequence)
      const last = sequences.at(-1)
      if (last !== undefined && lane !== undefined) lanes[lane] = last
      let passed = 0
      for (const sequence of order) {
        if (!finished.delete(sequence)) break
        checkpoint = sequence
        passed++
      }
      order.splice(0, passed)
    },
    open: () => order.length,
    position: () => ({ checkpoint, lanes }),
  }
}
