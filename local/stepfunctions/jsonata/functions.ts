import { createHash, randomUUID } from 'node:crypto'

type Function = (...given: unknown[]) => unknown

/** Functions that Step Functions adds to JSONata, and `$eval`, which it takes away. `random` gives [0, 1). */
export function extensions(random: () => number): Readonly<Record<string, [Function, string]>> {
  return {
    partition: [(list, size) => partition(list as unknown[], size as number), '<an:a>'],
    range: [(first, last, step) => range(first as number, last as number, step as number), '<nnn:a>'],
    hash: [(text, algorithm) => hash(text as string, algorithm as string), '<ss:s>'],
    random: [(seed) => (seed === undefined ? random() : seeded(seed as number)), '<n?:n>'],
    uuid: [() => randomUUID(), '<:s>'],
    parse: [(text) => (text === undefined ? undefined : (JSON.parse(text as string) as unknown)), '<s-:x>'],
    eval: [
      () => {
        throw new Error('The function $eval is not supported. Use $parse to read JSON from a string.')
      },
      '<sx?:x>',
    ],
  }
}

function partition(list: unknown[], size: number): unknown[][] {
  if (!Number.isInteger(size) || size < 1)
    throw new Error(`$partition: the chunk size ${size} is no positive integer`)
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  )
}

/** AWS's `$range` has at most 1,000 elements, like `States.ArrayRange`. */
function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('$range: the step must not be 0')
  const length = Math.max(0, Math.floor((last - first) / step) + 1)
  if (length > 1000) throw new Error(`$range: ${length} elements are more than 1000`)
  return Array.from({ length }, (_, at) => first + at * step)
}

const algorithms = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
])

function hash(text: string, algorithm: string): string {
  const name = algorithms.get(algorithm)
  if (name === undefined)
    throw new Error(`$hash: unknown algorithm '${algorithm}'; known: ${[...algorithms.keys()].join(', ')}`)
  return createHash(name).update(text).digest('hex')
}

/** The same number in [0, 1) for the same seed. */
function seeded(seed: number): number {
  return createHash('sha256').update(String(seed)).digest().readUIntBE(0, 6) / 2 ** 48
}
