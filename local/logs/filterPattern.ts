import { AwsError } from '../aws/error.ts'
import { parsed, record } from '../aws/input.ts'

/** Whether an event's message matches. */
export type Filter = (message: string) => boolean

/**
 * CloudWatch Logs' filter pattern: terms (all of them, `?any`, `-not`), `"quoted"`, or `{ $.field = "value" && … }`
 * over JSON events. Regular expressions and space-delimited patterns are refused by name.
 */
export function filterOf(pattern: string | undefined): Filter {
  const text = pattern?.trim() ?? ''
  if (text === '') return () => true
  if (text.startsWith('{')) return jsonFilter(text)
  if (text.startsWith('[')) throw unsupported('space-delimited filter patterns', text)
  return termFilter(text)
}

function unsupported(what: string, pattern: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `${what} are not supported by the local CloudWatch Logs: ${pattern}`,
  )
}

function termFilter(text: string): Filter {
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([whole, sign = '', quoted, bare]) => {
      const term = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? ''
      if (/^%.*%$/.test(term) || whole.startsWith('%')) throw unsupported('regular expressions', text)
      return { sign, term }
    },
  )
  const of = (sign: string): string[] => terms.filter((each) => each.sign === sign).map(({ term }) => term)
  const [all, any, none] = [of(''), of('?'), of('-')]
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term))
}

type Test = (event: unknown) => boolean

function jsonFilter(pattern: string): Filter {
  const tokens = pattern.slice(1).match(/"(?:[^"\\]|\\.)*"|&&|\|\||[<>!]?=|[<>(){}]|[^\s<>=!(){}&|"]+/g) ?? []
  let position = 0
  const peek = (): string => tokens[position] ?? ''
  const next = (): string => tokens[position++] ?? ''
  const bad = (): AwsError => new AwsError('InvalidParameterException', `Invalid filter pattern: ${pattern}`)

  function either(): Test {
    const options = [both()]
    while (peek() === '||') {
      next()
      options.push(both())
    }
    return (event) => options.some((test) => test(event))
  }

  function both(): Test {
    const parts = [one()]
    while (peek() === '&&') {
      next()
      parts.push(one())
    }
    return (event) => parts.every((test) => test(event))
  }

  function one(): Test {
    if (peek() === '(') {
      next()
      const inner = either()
      if (next() !== ')') throw bad()
      return inner
    }
    const path = pathOf(next(), bad)
    const operator = next().toUpperCase()
    if (operator === 'EXISTS') return (event) => path(event) !== undefined
    const operand = next()
    if (operator === 'IS') return constant(path, operand.toUpperCase(), bad)
    if (operator === 'NOT' && operand.toUpperCase() === 'EXISTS') return (event) => path(event) === undefined
    if (operand.startsWith('%')) throw unsupported('regular expressions', pattern)
    return comparison(path, operator, operand, bad)
  }

  const test = either()
  if (next() !== '}' || position < tokens.length) throw bad()
  return (message) => {
    const event = parsed(message)
    return record(event) !== undefined && test(event)
  }
}

function pathOf(selector: string, bad: () => AwsError): (event: unknown) => unknown {
  if (!/^\$(\.[\w-]+|\[\d+\])+$/.test(selector)) throw bad()
  const steps = selector.match(/[\w-]+/g) ?? []
  return (event) =>
    steps.reduce<unknown>((value, step) => {
      if (Array.isArray(value)) return value[Number(step)] as unknown
      return record(value)?.[step]
    }, event)
}

function constant(path: (event: unknown) => unknown, word: string, bad: () => AwsError): Test {
  const values: Record<string, unknown> = { NULL: null, TRUE: true, FALSE: false }
  if (!(word in values)) throw bad()
  return (event) => path(event) === values[word]
}

function comparison(
  path: (event: unknown) => unknown,
  operator: string,
  operand: string,
  bad: () => AwsError,
): Test {
  const word = operand.startsWith('"') ? operand.slice(1, -1).replaceAll(/\\(.)/g, '$1') : operand
  const number = operand.startsWith('"') ? NaN : Number(operand)
  if (operator === '=' || operator === '!=') {
    const wild = new RegExp(
      `^${word.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`,
      's',
    )
    const equal = (value: unknown): boolean =>
      typeof value === 'number' ? value === number : typeof value === 'string' && wild.test(value)
    return operator === '='
      ? (event) => equal(path(event))
      : (event) => path(event) !== undefined && !equal(path(event))
  }
  if (Number.isNaN(number)) throw bad()
  const orders: Record<string, (value: number) => boolean> = {
    '>': (value) => value > number,
    '>=': (value) => value >= number,
    '<': (value) => value < number,
    '<=': (value) => value <= number,
  }
  const holds = orders[operator]
  if (!holds) throw bad()
  return (event) => {
    const value = path(event)
    return typeof value === 'number' && holds(value)
  }
}
