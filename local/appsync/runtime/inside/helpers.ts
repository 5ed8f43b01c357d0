import { toMapValues } from './typedValues.ts'

type Input = Record<string, unknown>

/** The members that are set, in their order. */
function present(members: Input): Input {
  const kept: Input = {}
  for (const name of Object.keys(members)) {
    const value = members[name]
    if (value !== undefined && value !== null) kept[name] = value
  }
  return kept
}

export function get({ key, consistentRead }: Input): Input {
  return present({ operation: 'GetItem', key: toMapValues(key), consistentRead })
}

export function put({ key, item, _version }: Input): Input {
  return present({
    operation: 'PutItem',
    key: toMapValues(key),
    attributeValues: toMapValues(item),
    _version,
  })
}
