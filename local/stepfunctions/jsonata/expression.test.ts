import { expect, test } from 'vitest'
import { compiler, evaluationMessage } from './expression.ts'

const compile = compiler(() => 0.5, 300)

async function evaluated(source: string, bindings: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  return compile(source).evaluate(bindings)
}

test('a result shares nothing with what it was taken from', async () => {
  const list = [{ n: 1 }]
  const result = (await evaluated('$list', { list })) as typeof list
  expect(result).toEqual(list)
  expect(result[0]).not.toBe(list[0])
})

test('a list has no hidden properties', async () => {
  expect(Object.getOwnPropertyNames(await evaluated('[1, 2].($ * 2)'))).toEqual(['0', '1', 'length'])
})

test.each(['function($x) { $x }', '{"f": function($x) { $x }}', '[$sum]', '1 / 0', '/a/'])(
  '%s gives no JSON',
  async (source) => {
    await expect(evaluated(source)).rejects.toBeDefined()
  },
)

test('an expression without end is given up', async () => {
  const thrown: unknown = await evaluated('($f := function() { $f() }; $f())').catch(
    (error: unknown) => error,
  )
  expect(evaluationMessage(thrown)).toMatch(/^D1012: Evaluation timeout after 300 milliseconds/)
})

test('a recursion without end is given up', async () => {
  const thrown: unknown = await evaluated('($f := function($n) { 1 + $f($n) }; $f(1))').catch(
    (error: unknown) => error,
  )
  expect(evaluationMessage(thrown)).toMatch(/^D1011: Stack overflow/)
})

test('a list without measure is given up', async () => {
  const thrown: unknown = await evaluated('[1..9000000].($)').catch((error: unknown) => error)
  expect(evaluationMessage(thrown)).toMatch(/^D201/)
})

test('two evaluations of one expression do not see each other', async () => {
  const source = '($a := $x; $a)'
  expect(await Promise.all([1, 2, 3].map((x) => evaluated(source, { x })))).toEqual([1, 2, 3])
})
