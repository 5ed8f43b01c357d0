/** Throws as CloudFormation does when resources need each other in a circle. */
export function refuseCircles(needs: ReadonlyMap<string, ReadonlySet<string>>): void {
  const done = new Set<string>()
  const way: string[] = []
  const visit = (key: string): void => {
    if (done.has(key)) return
    if (way.includes(key)) throw circularDependency([...way.slice(way.indexOf(key)), key])
    way.push(key)
    for (const next of needs.get(key) ?? []) visit(next)
    way.pop()
    done.add(key)
  }
  for (const key of needs.keys()) visit(key)
}

export function circularDependency(way: readonly string[]): Error {
  return new Error(`Circular dependency between resources: [${way.join(' -> ')}]`)
}
