import { expect, test } from 'vitest'
import { bench } from './testing/resolve.ts'

const { evaluate } = bench()

type Case = [filter: string, expression: string, names?: object, values?: object]

const v = { '#v': 'v' }
const ab = { '#a': 'a', '#b': 'b' }

/** As AWS's EvaluateCode answered. */
const recorded: Case[] = [
  ['{ v: { eq: "x" } }', '(#v = :v_eq)', v, { ':v_eq': { S: 'x' } }],
  ['{ v: { ne: "x" } }', '(#v <> :v_ne)', v, { ':v_ne': { S: 'x' } }],
  ['{ v: { lt: "x" } }', '(#v < :v_lt)'],
  ['{ v: { le: "x" } }', '(#v <= :v_le)'],
  ['{ v: { gt: "x" } }', '(#v > :v_gt)'],
  ['{ v: { ge: "x" } }', '(#v >= :v_ge)'],
  ['{ v: { eq: 1.5 } }', '(#v = :v_eq)', v, { ':v_eq': { N: 1.5 } }],
  ['{ v: { eq: null } }', '(#v = :v_eq)', v, { ':v_eq': { NULL: null } }],
  ['{ v: { eq: { a: 1 } } }', '(#v = :v_eq)', v, { ':v_eq': { M: { a: { N: 1 } } } }],
  ['{ v: { eq: [1, 2] } }', '(#v = :v_eq)', v, { ':v_eq': { L: [{ N: 1 }, { N: 2 }] } }],
  ['{ v: { contains: "x" } }', '(contains(#v,:v_contains))'],
  ['{ v: { notContains: "x" } }', '(NOT contains(#v,:v_notContains))'],
  ['{ v: { beginsWith: "x" } }', '(begins_with(#v,:v_beginsWith))'],
  [
    '{ v: { between: [1, 9, 3] } }',
    '(#v BETWEEN :v_between_start AND :v_between_end)',
    v,
    { ':v_between_start': { N: 1 }, ':v_between_end': { N: 9 } },
  ],
  [
    '{ v: { in: ["a", "b"] } }',
    '(#v IN (:v_in_0, :v_in_1))',
    v,
    { ':v_in_0': { S: 'a' }, ':v_in_1': { S: 'b' } },
  ],
  ['{ v: { in: [] } }', '(null)', v, {}],
  ['{ v: { attributeExists: true } }', '(attribute_exists(#v))', v, {}],
  ['{ v: { attributeExists: false } }', '(attribute_not_exists(#v))', v, {}],
  [
    '{ v: { attributeType: "_null" } }',
    '(attribute_type(#v,:v_attributeType))',
    v,
    { ':v_attributeType': { S: 'NULL' } },
  ],
  [
    '{ v: { attributeType: "stringSet" } }',
    '(attribute_type(#v,:v_attributeType))',
    v,
    { ':v_attributeType': { S: 'SS' } },
  ],
  ['{ v: { size: { gt: 2 } } }', '(size(#v) > :v_size_gt)', v, { ':v_size_gt': { N: 2 } }],
  ['{ v: { size: { gt: 2, lt: 5 } } }', '((size(#v) > :v_size_gt) AND (size(#v) < :v_size_lt))'],
  ['{ v: { size: { size: { gt: 1 } } } }', '(size(#v) > :v_size_size_gt)'],
  ['{ v: { size: {} } }', '', v, {}],
  ['{ v: {} }', '', v, {}],
  ['{}', '', {}, {}],
  ['{ and: [] }', '', {}, {}],
  ['{ not: {} }', '(NOT )', {}, {}],
  ['{ a: { eq: 1 }, b: { eq: 2 } }', '(#a = :a_eq) AND (#b = :b_eq)', ab],
  ['{ a: { eq: 1 }, b: {} }', '(#a = :a_eq) AND ', ab],
  ['{ and: [{ a: { eq: 1 } }, {}] }', '((#a = :and_0_a_eq) AND )'],
  ['{ v: { ge: 1, le: 5 } }', '((#v >= :v_ge) AND (#v <= :v_le))'],
  ['{ and: [{ a: { eq: 1 } }] }', '(#a = :and_0_a_eq)'],
  ['{ and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }', '((#a = :and_0_a_eq) AND (#b = :and_1_b_eq))', ab],
  ['{ or: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }', '((#a = :or_0_a_eq) OR (#b = :or_1_b_eq))', ab],
  ['{ not: { a: { eq: 1 } } }', '(NOT (#a = :not_a_eq))'],
  ['{ not: { not: { a: { eq: 1 } } } }', '(NOT (NOT (#a = :not_not_a_eq)))'],
  [
    '{ not: { and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] } }',
    '(NOT ((#a = :not_and_0_a_eq) AND (#b = :not_and_1_b_eq)))',
  ],
  [
    '{ or: [{ and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }, { c: { eq: 3 } }] }',
    '(((#a = :or_0_and_0_a_eq) AND (#b = :or_0_and_1_b_eq)) OR (#c = :or_1_c_eq))',
  ],
  ['{ and: [{ or: [{ and: [{ a: { eq: 1 } }] }] }] }', '(#a = :and_0_or_0_and_0_a_eq)'],
  ['{ a: { eq: 1 }, and: [{ b: { eq: 2 } }] }', '(#a = :a_eq) AND (#b = :and_0_b_eq)'],
  ['{ "a.b": { eq: 1 } }', '(#a.b = :a.b_eq)', { '#a.b': 'a.b' }],
  [
    '{ id: { attributeExists: true }, version: { eq: 10 } }',
    '(attribute_exists(#id)) AND (#version = :version_eq)',
  ],
]

test.each(recorded)('filter %s', async (filter, expression, expressionNames, expressionValues) => {
  const { value } = await evaluate(`util.transform.toDynamoDBFilterExpression(${filter})`)
  expect(JSON.parse(value as string)).toMatchObject({
    expression,
    ...(expressionNames && { expressionNames }),
    ...(expressionValues && { expressionValues }),
  })
})

test('a condition is rendered as a filter is, as JSON text', async () => {
  const { value } = await evaluate(
    'util.transform.toDynamoDBConditionExpression({ and: [{ id: { attributeExists: false } }] })',
  )
  expect(value).toBe(
    '{"expression":"(attribute_not_exists(#id))","expressionNames":{"#id":"id"},"expressionValues":{}}',
  )
})

const unrenderable = [
  ...['', 'null', '[]', '"text"', '{ v: { foo: 1 } }', '{ v: "x" }', '{ a: { b: { eq: 1 } } }'],
  ...[
    '{ and: { a: { eq: 1 } } }',
    '{ and: null }',
    '{ and: [{ a: { eq: 1 } }, null] }',
    '{ not: [{ a: { eq: 1 } }] }',
  ],
  ...['{ v: { between: [1] } }', '{ v: { between: "x" } }', '{ v: { in: "x" } }', '{ v: { size: 3 } }'],
  ...[
    '{ v: { attributeExists: "yes" } }',
    '{ v: { attributeType: "S" } }',
    '{ v: { attributeType: "bogus" } }',
  ],
]

test.each(unrenderable)('what is no filter is answered by null: %s', async (filter) => {
  expect((await evaluate(`util.transform.toDynamoDBFilterExpression(${filter})`)).value).toBeNull()
})

type Rule = [fieldName: string, operator: string, value: unknown]

/** Arguments of toSubscriptionFilter, and the groups AWS's EvaluateCode answered. */
const subscriptions: [source: string, groups: Rule[][] | null][] = [
  ['{ a: { eq: 1 } }', [[['a', 'eq', 1]]]],
  [
    '{ a: { eq: 1 }, b: { eq: 2 } }',
    [
      [
        ['a', 'eq', 1],
        ['b', 'eq', 2],
      ],
    ],
  ],
  [
    '{ and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }',
    [
      [
        ['a', 'eq', 1],
        ['b', 'eq', 2],
      ],
    ],
  ],
  [
    '{ z: { eq: 0 }, and: [{ a: { eq: 1 } }] }',
    [
      [
        ['z', 'eq', 0],
        ['a', 'eq', 1],
      ],
    ],
  ],
  ['{ a: { eq: 1, ne: 2 } }', [[['a', 'eq', 1]], [['a', 'ne', 2]]]],
  ['{ or: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }', [[['a', 'eq', 1]], [['b', 'eq', 2]]]],
  [
    '{ and: [{ a: { eq: 1 } }, { or: [{ b: { eq: 2 } }, { c: { eq: 3 } }] }] }',
    [
      [
        ['a', 'eq', 1],
        ['b', 'eq', 2],
      ],
      [
        ['a', 'eq', 1],
        ['c', 'eq', 3],
      ],
    ],
  ],
  ['{ a: { bogus: 1 } }', [[['a', 'bogus', 1]]]],
  ['{ not: { a: { eq: 1 } } }', [[['not', 'a', { eq: 1 }]]]],
  ['{ a: { eq: 1 }, b: { eq: 2 } }, ["a"]', [[['b', 'eq', 2]]]],
  ['{ a: { eq: 1 }, and: [{ b: { eq: 2 } }] }, ["b"]', [[['a', 'eq', 1]]]],
  [
    '{ a: { eq: 1 } }, [], { r1: { gte: 250 }, r2: { eq: "p" } }',
    [
      [
        ['a', 'eq', 1],
        ['r1', 'gte', 250],
      ],
      [
        ['a', 'eq', 1],
        ['r2', 'eq', 'p'],
      ],
    ],
  ],
  ['{}, [], { r1: { eq: 1 } }', [[['r1', 'eq', 1]]]],
  ['{}', []],
  ['{ a: {} }', []],
  ['{ and: [] }', []],
  ['null', null],
  ['[]', null],
  ["'{}'", null],
]

test.each(subscriptions)('subscription filter of %s', async (source, groups) => {
  const { value } = await evaluate(`util.transform.toSubscriptionFilter(${source})`)
  const filterGroup = groups?.map((rules) => ({
    filters: rules.map(([fieldName, operator, value]) => ({ fieldName, operator, value })),
  }))
  expect(value).toEqual(groups && { filterGroup })
})

test('operators and groups of a subscription filter multiply in order', async () => {
  const { value } = await evaluate(`util.transform.toSubscriptionFilter({
    a: { lte: 50, gte: 20 }, and: [{ b: { ne: 1 } }], or: [{ c: { eq: 2 } }, { d: { eq: 3 } }] })`)
  const groups = (value as { filterGroup: { filters: { fieldName: string }[] }[] }).filterGroup
  expect(groups.map(({ filters }) => filters.map(({ fieldName }) => fieldName).join(''))).toEqual([
    'abc',
    'abd',
    'abc',
    'abd',
  ])
})

test('an OpenSearch query is made as the type declarations show', async () => {
  const { value } = await evaluate(`util.transform.toElasticsearchQueryDSL({
    upvotes: { ne: 15, range: [10, 20] }, title: { eq: 'hihihi', wildcard: 'h*i' } })`)
  expect(JSON.parse(value as string)).toEqual({
    bool: {
      must: [
        {
          bool: {
            must: [
              { bool: { must_not: { term: { upvotes: 15 } } } },
              { range: { upvotes: { gte: 10, lte: 20 } } },
            ],
          },
        },
        { bool: { must: [{ term: { title: 'hihihi' } }, { wildcard: { title: 'h*i' } }] } },
      ],
    },
  })
})
