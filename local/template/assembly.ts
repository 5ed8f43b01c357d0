import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from './json.ts'

/** A CloudFormation template as CDK wrote it, intrinsics and all. */
export interface Template {
  readonly Parameters: Readonly<Record<string, unknown>>
  readonly Mappings: Readonly<Record<string, unknown>>
  readonly Conditions: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, unknown>>
  readonly Outputs: Readonly<Record<string, unknown>>
}

export interface Stack {
  readonly name: string
  /** Path of the template. */
  readonly file: string
  readonly template: Template
}

/** A CDK cloud assembly: what `cdk synth` leaves in cdk.out. */
export interface Assembly {
  readonly stacks: readonly Stack[]
  /** From the object key an asset would be published under (`<hash>.zip`) to its file or folder on disk. */
  readonly assets: ReadonlyMap<string, string>
}

/** Sections that change what the others mean and that nothing here expands. */
const refusedSections = ['Transform', 'Hooks']
const ignoredSections = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Rules']
const readSections = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs']

/** Reads every stack, template and asset of `folder`. Throws a one-line Error that names the file in question. */
export function loadAssembly(folder: string): Assembly {
  const stacks: Stack[] = []
  const assets = new Map<string, string>()
  readInto(folder, stacks, assets)
  if (stacks.length === 0) throw new Error(`${folder} holds no CloudFormation stack`)
  return { stacks, assets }
}

function readInto(folder: string, stacks: Stack[], assets: Map<string, string>): void {
  const artifacts = section(readJson(join(folder, 'manifest.json')), 'artifacts', folder)
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (!isObject(artifact)) throw new Error(`${folder}/manifest.json: artifact ${id} is not an object`)
    const properties = section(artifact, 'properties', `${folder}/manifest.json: artifact ${id}`)
    const file = (name: string): string => {
      const value = properties[name]
      if (typeof value === 'string') return join(folder, value)
      throw new Error(`${folder}/manifest.json: artifact ${id} has no ${name}`)
    }
    switch (artifact.type) {
      case 'aws:cloudformation:stack': {
        const name = typeof properties.stackName === 'string' ? properties.stackName : id
        const templateFile = file('templateFile')
        stacks.push({ name, file: templateFile, template: readTemplate(templateFile) })
        break
      }
      case 'cdk:asset-manifest':
        readAssets(file('file'), folder, assets)
        break
      case 'cdk:cloud-assembly':
        readInto(file('directoryName'), stacks, assets)
        break
    }
  }
}

function readTemplate(file: string): Template {
  const json = readJson(file)
  for (const name of Object.keys(json)) {
    if (refusedSections.includes(name)) throw new Error(`${file}: a template with ${name} is not supported`)
    if (![...readSections, ...ignoredSections].includes(name))
      throw new Error(`${file}: Invalid template property or properties [${name}]`)
  }
  return {
    Parameters: section(json, 'Parameters', file),
    Mappings: section(json, 'Mappings', file),
    Conditions: section(json, 'Conditions', file),
    Resources: section(json, 'Resources', file),
    Outputs: section(json, 'Outputs', file),
  }
}

function readAssets(file: string, folder: string, assets: Map<string, string>): void {
  for (const [hash, asset] of Object.entries(section(readJson(file), 'files', file))) {
    if (!isObject(asset)) throw new Error(`${file}: asset ${hash} is not an object`)
    const { path } = section(asset, 'source', `${file}: asset ${hash}`)
    for (const destination of Object.values(section(asset, 'destinations', `${file}: asset ${hash}`))) {
      const key = isObject(destination) ? destination.objectKey : undefined
      if (typeof key === 'string' && typeof path === 'string') assets.set(key, join(folder, path))
    }
  }
}

function readJson(file: string): Record<string, unknown> {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    throw new Error(`Cannot read the cloud assembly: ${file}: ${String(reason)}`, { cause: error })
  }
  if (!isObject(json)) throw new Error(`Cannot read the cloud assembly: ${file} is not a JSON object`)
  return json
}

function section(parent: Record<string, unknown>, name: string, where: string): Record<string, unknown> {
  const value = parent[name] ?? {}
  if (!isObject(value)) throw new Error(`${where}: ${name} is not an object`)
  return value
}
