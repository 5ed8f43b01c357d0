import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { follow } from './follow.ts'
import { idsOf } from './ids.ts'
import { openJournal, readJournal, type Entry } from './journal.ts'

const [one, two, three] = [
  '01J8Z6Y3K4Q5R6S7T8V9W0XAAA',
  '01J8Z6Y3K4Q5R6S7T8V9W0XBBB',
  '01J8Z6Y3K4Q5R6S7T8V9W0XCCC',
]
const uuid = (last: number): string => `3b7b4aff-c9ba-449b-b394-00000000000${last}`

describe('ids of an activity', () => {
  const ids = (about: { service?: string; subject?: string; input?: object; output?: object }) =>
    idsOf({ at: 0, service: 'sqs', what: 'x', ...about })

  it('are found in JSON inside of strings, in ARNs and beside a prefix', () => {
    const body = JSON.stringify(JSON.stringify({ parcel: one, taskToken: 'MS4wLmZi' }))
    expect(ids({ input: { body, arn: `arn:aws:x:${two}`, key: `sim_${three}` } })).toEqual([
      [one, 'MS4wLmZi', two, three],
    ])
  })

  it('tie a message to what its body names', () => {
    expect(ids({ input: { MessageBody: one }, output: { MessageId: uuid(1) } })).toEqual([[one, uuid(1)]])
  })

  it('stay apart for each message and record of a batch', () => {
    const Messages = [
      { MessageId: uuid(1), Body: one },
      { MessageId: uuid(2), Body: two },
    ]
    const apart = [
      [uuid(1), one],
      [uuid(2), two],
    ]
    expect(ids({ output: { Messages } })).toEqual(apart)
    const payload = JSON.stringify({ Records: Messages })
    expect(ids({ input: { payload } })).toEqual(apart)
  })

  it('are those of no list that was found, and of nothing that names too many', () => {
    expect(ids({ input: { id: one }, output: { Items: [two, three] } })).toEqual([[one]])
    expect(
      ids({ input: { all: Array.from({ length: 17 }, (_, at) => one.slice(0, -2) + String(10 + at)) } }),
    ).toEqual([])
  })

  it('have an execution by its name, whatever it looks like', () => {
    expect(ids({ service: 'states', subject: 'nightly' })).toEqual([['nightly']])
  })
})

describe('following an id', () => {
  const entry = (at: number, ...groups: string[][]): Entry => ({
    at,
    service: 's',
    kind: 'k',
    what: `${at}`,
    ids: groups,
  })
  const entries = [
    entry(4, [one]),
    entry(1, [uuid(1), one], [uuid(2), two]),
    entry(2, [uuid(2)]),
    entry(3, [uuid(1), 'token']),
    entry(5, ['token']),
  ]
  const times = (id: string): number[] => follow(entries, id).map(({ at }) => at)

  it('goes from id to id in order of time, and never over to a neighbour in a batch', () => {
    expect(times('token')).toEqual([1, 3, 4, 5])
    expect(times(two)).toEqual([1, 2])
  })

  it('takes a request for all of its batch, and for nothing that ties the batch together', () => {
    const batch = { ...entry(6, [one], [two]), request: uuid(6) }
    const asked = (id: string): number[] => follow([...entries, batch], id).map(({ at }) => at)
    expect(asked(uuid(6))).toEqual([1, 2, 3, 4, 5, 6])
    expect(asked(two)).toEqual([1, 2, 6])
  })

  it('takes an id in any case, its end or its ARN', () => {
    expect(times(two.toLowerCase())).toEqual([1, 2])
    expect(times('W0XBBB')).toEqual([1, 2])
    expect(times(`arn:aws:states:us-east-1:000000000000:execution:machine:${two}`)).toEqual([1, 2])
    expect(times('0XBBB')).toEqual([])
  })
})

describe('the journal', () => {
  let data: string
  beforeEach(() => void (data = mkdtempSync(join(tmpdir(), 'journal-'))))
  afterEach(() => rmSync(data, { recursive: true }))
  const entry = (at: number): Entry => ({ at, service: 's', kind: 'k', what: 'w', ids: [[one]] })

  it('keeps what was written over a restart and a line cut short by a kill', () => {
    const first = openJournal(data)
    first.write(entry(1))
    first.close()
    appendFileSync(join(data, 'trace', 'journal.jsonl'), '{"at":2,"serv')
    const second = openJournal(data)
    second.write(entry(3))
    second.close()
    expect(readJournal(data)).toEqual([entry(1), entry(3)])
  })

  it('forgets the oldest and grows no further', () => {
    const journal = openJournal(data, 1_000)
    for (let at = 0; at < 200; at++) {
      journal.write(entry(at))
      journal.close()
    }
    const kept = readJournal(data)
    expect(kept.at(-1)?.at).toBe(199)
    expect(kept[0]?.at).toBeGreaterThan(150)
    const files = readdirSync(join(data, 'trace')).map((name) => statSync(join(data, 'trace', name)))
    expect(files.map(({ size }) => size < 1_200)).toEqual([true, true])
    expect(files.map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o600])
  })
})
