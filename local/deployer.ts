import { isDeepStrictEqual } from 'node:util'
import type { Place } from './aws/place.ts'
import type { Resource } from './aws/resource.ts'
import type { Service } from './aws/service.ts'
import { loadAssembly, resolveAssembly, type Resolved } from './template/index.ts'

export interface DeployerOptions {
  readonly place: Place
  /** In the order in which they are deployed. */
  readonly services: readonly Service[]
  readonly parameters: Readonly<Record<string, string>>
  /** Throws for what must not be deployed; asked before any service is. */
  readonly check: (resources: readonly Resource[]) => void
}

/** Brings services to what an assembly says. */
export interface Deployer {
  /** What runs. Throws as long as nothing does. */
  current(): Resolved
  /** Path of the file or folder behind an asset of what is being deployed, or else of what runs. */
  readonly asset: Resolved['asset']
  /** Where the template of what is being deployed, or else of what runs, says something of a resource. */
  readonly where: Resolved['where']
  /**
   * Deploys the assembly in `folder`: each service whose resources are not as they were. When one refuses, those that
   * came before it go back to what ran before, and its Error is thrown. One at a time; a later call waits.
   */
  deploy(folder: string): Promise<void>
}

export function createDeployer({ place, services, parameters, check }: DeployerOptions): Deployer {
  const types = Object.assign(
    {},
    ...services.map(({ resourceTypes }) => resourceTypes),
  ) as Service['resourceTypes']
  let running: Resolved | undefined
  let underWay: Resolved | undefined
  let last: Promise<void> = Promise.resolve()

  const ofService = ({ resourceTypes }: Service, resolved: Resolved | undefined): Resource[] =>
    resolved?.resources.filter(({ type }) => Object.hasOwn(resourceTypes, type)) ?? []

  async function change(folder: string): Promise<void> {
    const next = resolveAssembly(loadAssembly(folder), { place, types, parameters })
    check(next.resources)
    const touched: Service[] = []
    underWay = next
    try {
      for (const service of services) {
        const resources = ofService(service, next)
        if (running && isDeepStrictEqual(resources, ofService(service, running))) continue
        touched.push(service)
        await service.deploy(resources)
      }
      running = next
    } catch (error) {
      underWay = undefined
      if (running) for (const service of touched) await service.deploy(ofService(service, running))
      throw error
    } finally {
      underWay = undefined
    }
  }

  return {
    current() {
      if (!running) throw new Error('Nothing is deployed yet.')
      return running
    },
    asset: (location) => underWay?.asset(location) ?? running?.asset(location),
    where: (...path) => (underWay ?? running)?.where(...path),
    deploy(folder) {
      const done = last.then(() => change(folder))
      last = done.catch(() => undefined)
      return done
    },
  }
}
