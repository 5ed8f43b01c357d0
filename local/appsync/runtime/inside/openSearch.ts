import { isMap, stringify } from './json.ts'

type Query = Record<string, unknown>

/** How each operator is written in OpenSearch's query language. */
const renderings: Record<string, (field: string, value: unknown) => Query> = {
  eq: (field, value) => ({ term: { [field]: value } }),
  ne: (field, value) => mustNot({ term: { [field]: value } }),
  gt: (field, value) => ({ range: { [field]: { gt: value } } }),
  gte: (field, value) => ({ range: { [field]: { gte: value } } }),
  lt: (field, value) => ({ range: { [field]: { lt: value } } }),
  lte: (field, value) => ({ range: { [field]: { lte: value } } }),
  range: (field, value) => {
    const [gte, lte] = Array.isArray(value) ? (value as unknown[]) : []
    return { range: { [field]: { gte, lte } } }
  },
  match: (field, value) => ({ match: { [field]: value } }),
  matchPhrase: (field, value) => ({ match_phrase: { [field]: value } }),
  matchPhrasePrefix: (field, value) => ({ match_phrase_prefix: { [field]: value } }),
  multiMatch: (field, value) => ({ multi_match: { query: value, fields: [field] } }),
  wildcard: (field, value) => ({ wildcard: { [field]: value } }),
  regexp: (field, value) => ({ regexp: { [field]: value } }),
  exists: (field, value) => (value === false ? mustNot({ exists: { field } }) : { exists: { field } }),
}

/** `util.transform.toElasticsearchQueryDSL`: JSON text of a query; several conditions must all hold. */
export function toElasticsearchQueryDSL(filter: unknown): string | null {
  return isMap(filter) ? stringify(queryFor(filter)) : null
}

function queryFor(filter: Record<string, unknown>): Query {
  const parts: Query[] = []
  for (const name of Object.keys(filter)) {
    const value = filter[name]
    if (name === 'and' || name === 'or') parts.push(group(name, value))
    else if (name === 'not' && isMap(value)) parts.push(mustNot(queryFor(value)))
    else if (isMap(value)) parts.push(all(operatorsOn(name, value)))
  }
  return all(parts)
}

function group(name: 'and' | 'or', members: unknown): Query {
  const parts: Query[] = []
  for (const member of Array.isArray(members) ? (members as unknown[]) : [])
    if (isMap(member)) parts.push(queryFor(member))
  return { bool: { [name === 'and' ? 'must' : 'should']: parts } }
}

function operatorsOn(field: string, operators: Record<string, unknown>): Query[] {
  const parts: Query[] = []
  for (const operator of Object.keys(operators)) {
    const render = renderings[operator]
    if (!render) throw new Error(`Unknown operator '${operator}' on '${field}'.`)
    parts.push(render(field, operators[operator]))
  }
  return parts
}

function all(parts: Query[]): Query {
  const [only] = parts
  return parts.length === 1 && only ? only : { bool: { must: parts } }
}

function mustNot(query: Query): Query {
  return { bool: { must_not: query } }
}
