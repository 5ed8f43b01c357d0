import type { CloudContext } from '../aws/context.ts'
import type { Resource } from '../aws/resource.ts'
import { readFunction } from './configuration.ts'
import type { Alias, Declared } from './functions.ts'
import { functionArn, parseFunctionName } from './name.ts'
import { propertiesOf } from './properties.ts'

/** Reads the functions, versions, aliases and permissions of a template. */
export function readDeclaration(resources: readonly Resource[], context: CloudContext): Declared {
  const ofType = (type: string): readonly Resource[] =>
    resources.filter((each) => each.type === `AWS::Lambda::${type}`)
  const functions = ofType('Function').map((each) => readFunction(each, context))
  const known = new Set(functions.map((fn) => fn.name))
  const versions = new Map<string, string[]>()
  for (const each of ofType('Version')) readVersion(each, versions)
  const aliases = ofType('Alias').map(readAlias)
  const statements = new Map<string, object[]>()
  for (const each of ofType('Permission')) {
    const { name, statement } = readPermission(each, context)
    statements.set(name, [...(statements.get(name) ?? []), statement])
  }
  const named = [...versions.keys(), ...aliases.map((alias) => alias.functionName), ...statements.keys()]
  for (const name of named)
    if (!known.has(name)) throw new Error(`The template has no Lambda function ${name}`)
  return { functions, versions, aliases, statements }
}

function readVersion(resource: Resource, versions: Map<string, string[]>): void {
  const given = propertiesOf(resource)
  given.only(['FunctionName', 'Description', 'CodeSha256', 'RuntimePolicy'])
  const { name } = parseFunctionName(given.text('FunctionName'))
  if (versions.has(name)) throw new Error(`${given.path}: a second version of ${name} is not supported here`)
  versions.set(name, ['1'])
}

function readAlias(resource: Resource): Alias {
  const given = propertiesOf(resource)
  given.only(['FunctionName', 'FunctionVersion', 'Name', 'Description'])
  return {
    name: given.text('Name'),
    functionName: parseFunctionName(given.text('FunctionName')).name,
    version: given.text('FunctionVersion'),
    description: given.optionalText('Description') ?? '',
  }
}

/** The statement that AddPermission would add to the function's policy. */
function readPermission(resource: Resource, { place }: CloudContext): { name: string; statement: object } {
  const given = propertiesOf(resource)
  given.only(['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount', 'InvokedViaFunctionUrl'])
  const target = parseFunctionName(given.text('FunctionName'))
  const principal = given.text('Principal')
  const sourceArn = given.optionalText('SourceArn')
  const sourceAccount = given.optionalText('SourceAccount')
  const condition = {
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
  }
  const statement = {
    Sid: resource.ref,
    Effect: 'Allow',
    Principal:
      principal === '*'
        ? '*'
        : principal.endsWith('.amazonaws.com')
          ? { Service: principal }
          : { AWS: account(principal) },
    Action: given.text('Action'),
    Resource: functionArn(place, target),
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  }
  return { name: target.name, statement }
}

function account(principal: string): string {
  return /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal
}
