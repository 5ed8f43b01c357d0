export interface Needs {
  readonly type: string
  /** Keys of the resources it names. */
  readonly needs: ReadonlySet<string>
}

/**
 * Resources that exist only to serve `idle` ones: the function behind a custom resource, that function's role and
 * the role's policies. Whatever anything else names as well stays. Everything goes by the keys of `declared`.
 */
export function supportOf(idle: ReadonlySet<string>, declared: ReadonlyMap<string, Needs>): Set<string> {
  const functions = ofType('AWS::Lambda::Function').filter((key) => servesOnly(key, idle))
  const served = new Set(functions)
  const roles = new Set(ofType('AWS::IAM::Role').filter((key) => servesOnly(key, served)))
  const policies = ofType('AWS::IAM::Policy').filter((key) => {
    const attachedTo = ofType('AWS::IAM::Role').filter((role) => declared.get(key)?.needs.has(role))
    return attachedTo.length > 0 && attachedTo.every((role) => roles.has(role))
  })
  return new Set([...functions, ...roles, ...policies])

  function ofType(type: string): string[] {
    return [...declared].filter(([, resource]) => resource.type === type).map(([key]) => key)
  }
  function servesOnly(key: string, users: ReadonlySet<string>): boolean {
    const all = [...declared].filter(([, { type, needs }]) => type !== 'AWS::IAM::Policy' && needs.has(key))
    return all.length > 0 && all.every(([user]) => users.has(user))
  }
}
