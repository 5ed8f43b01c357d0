import type { CloudContext } from '../aws/context.ts'
import type { Resource } from '../aws/resource.ts'

/** Path of the file behind an asset's location; throws an Error that names the resource when there is none. */
export function assetFile(resource: Resource, location: string, context: CloudContext): string {
  const path = context.asset(location)
  if (path === undefined)
    throw new Error(`${resource.stack}/${resource.logicalId}: the assembly has no asset ${location}`)
  return path
}
