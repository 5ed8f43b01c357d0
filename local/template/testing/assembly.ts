import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generatedName } from '../../aws/resource.ts'
import { arn } from '../../aws/place.ts'
import { loadAssembly, resolveAssembly } from '../index.ts'
import type { Place } from '../../aws/place.ts'
import type { ResourceType } from '../../aws/resource.ts'
import type { Resolved } from '../index.ts'

export const place: Place = {
  partition: 'aws',
  region: 'us-east-1',
  account: '000000000000',
  awsEndpoint: 'http://127.0.0.1:4566',
  appsyncEndpoint: 'http://127.0.0.1:4000',
}

/** Named by its `Name` property, else by its logical id; has an ARN. */
const named: ResourceType = {
  identify(id, at) {
    const given = id.property('Name')
    const name = typeof given === 'string' ? given : generatedName(id)
    return { ref: name, attributes: { Arn: arn(at, 'things', name) } }
  },
}

export const types: Record<string, ResourceType> = {
  'AWS::Test::Thing': named,
  'AWS::Lambda::Function': named,
  'AWS::IAM::Role': named,
  'AWS::IAM::Policy': named,
}

/** A cloud assembly folder with these templates, stack name to template. */
export function assemblyFolder(templates: Record<string, object>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'))
  const artifacts: Record<string, object> = {}
  for (const [name, template] of Object.entries(templates)) {
    writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template, null, 1))
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: `${name}.template.json` },
    }
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }))
  return folder
}

export function resolveTemplates(
  templates: Record<string, object>,
  parameters: Record<string, string> = {},
): Resolved {
  return resolveAssembly(loadAssembly(assemblyFolder(templates)), { place, types, parameters })
}

/** What `value` comes to as a property of a thing in stack `Main`, in a template with these further sections. */
export function resolveProperty(
  value: unknown,
  sections: { Resources?: object; [section: string]: object | undefined } = {},
  parameters: Record<string, string> = {},
): unknown {
  const Resources = { Subject: { Type: 'AWS::Test::Thing', Properties: { value } }, ...sections.Resources }
  const { resources } = resolveTemplates({ Main: { ...sections, Resources } }, parameters)
  return resources.find(({ logicalId }) => logicalId === 'Subject')?.properties.value
}
