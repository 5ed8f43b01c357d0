import type { CloudContext } from '../../aws/context.ts'
import { AwsError } from '../../aws/error.ts'
import type { Functions } from '../functions.ts'
import type { LambdaStore } from '../store.ts'
import type { Mapping } from './mapping.ts'
import { pollQueue } from './queue.ts'
import type { Source } from './source.ts'
import { readStream } from './stream.ts'

export interface MappingState {
  readonly mapping: Mapping
  readonly enabled: boolean
  readonly lastResult: string
  /** Milliseconds since the epoch. */
  readonly modified: number
}

/** The event source mappings and what reads them. */
export interface Sources {
  declare(next: readonly Mapping[]): void
  start(): void
  all(): readonly MappingState[]
  /** Throws ResourceNotFoundException. */
  get(uuid: string): MappingState
  setEnabled(uuid: string, enabled: boolean): void
  stop(): Promise<void>
}

interface Entry {
  readonly mapping: Mapping
  readonly text: string
  readonly modified: number
  source?: Source | undefined
  lastResult: string
}

export function createSources(
  context: CloudContext,
  functions: Functions,
  store: LambdaStore,
  onStreamRecords: (streamArn: string, listener: () => void) => () => void,
): Sources {
  let entries = new Map<string, Entry>()
  let started = false
  const stopping = new Set<Promise<void>>()

  function open(entry: Entry): void {
    const { mapping } = entry
    if (!started || entry.source || !store.enabled(mapping.uuid, mapping.enabled)) return
    const noteResult = (result: string): void => {
      entry.lastResult = result
    }
    const source = { context, functions, mapping, noteResult }
    entry.source = mapping.kind === 'queue' ? pollQueue(source) : readStream(source, store, onStreamRecords)
  }

  function close(entry: Entry): void {
    if (!entry.source) return
    const closing = entry.source.stop().finally(() => stopping.delete(closing))
    entry.source = undefined
    stopping.add(closing)
  }

  function find(uuid: string): Entry {
    const entry = entries.get(uuid)
    if (entry) return entry
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      status: 404,
      members: { Type: 'User' },
    })
  }

  const state = (entry: Entry): MappingState => ({
    ...entry,
    enabled: store.enabled(entry.mapping.uuid, entry.mapping.enabled),
  })

  return {
    declare(next) {
      const before = entries
      entries = new Map()
      for (const mapping of next) {
        const text = JSON.stringify(mapping)
        const old = before.get(mapping.uuid)
        if (old?.text === text) entries.set(mapping.uuid, old)
        else
          entries.set(mapping.uuid, {
            mapping,
            text,
            modified: context.clock.now(),
            lastResult: 'No records processed',
          })
      }
      for (const old of before.values()) if (entries.get(old.mapping.uuid) !== old) close(old)
      for (const entry of entries.values()) open(entry)
    },
    start() {
      started = true
      for (const entry of entries.values()) open(entry)
    },
    all: () => [...entries.values()].map(state),
    get: (uuid) => state(find(uuid)),
    setEnabled(uuid, enabled) {
      const entry = find(uuid)
      store.saveEnabled(uuid, entry.mapping.enabled, enabled)
      if (enabled) open(entry)
      else close(entry)
    },
    async stop() {
      started = false
      for (const entry of entries.values()) close(entry)
      await Promise.all(stopping)
    },
  }
}
