import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, inject, test } from 'vitest'
import { ofType, readTemplate } from './synthesized.ts'

/**
 * AppSync infers the types of a resolver's JavaScript when it is created, as `// @ts-check` does, and refuses the whole
 * deployment for what it finds: "The code contains one or more errors". The types in our sources are gone by then.
 * https://github.com/aws/aws-appsync-community/issues/334
 */
function findings(sources: ReadonlyMap<string, string>): string[] {
  const files = new Map([...sources].map(([name, text]) => [join(root, name), text]))
  files.set(
    join(root, 'runtime.d.ts'),
    'declare const console: { log(...all: any[]): void; error(...all: any[]): void }',
  )
  const options: ts.CompilerOptions = {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: false,
    target: ts.ScriptTarget.ESNext,
    lib: ['lib.esnext.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    skipLibCheck: true,
  }
  const host = ts.createCompilerHost(options)
  const onDisk = { ...host }
  host.readFile = (name) => files.get(name) ?? onDisk.readFile(name)
  host.fileExists = (name) => files.has(name) || onDisk.fileExists(name)
  host.getSourceFile = (name, version, ...more) => {
    const text = files.get(name)
    return text === undefined
      ? onDisk.getSourceFile(name, version, ...more)
      : ts.createSourceFile(name, text, version)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
}

const root = dirname(import.meta.dirname)
const assembly = inject('assembly')

/** The code of every resolver and pipeline function as it is deployed, by the name of its asset. */
function deployed(): Map<string, string> {
  const template = readTemplate(assembly)
  const properties = ['AWS::AppSync::Resolver', 'AWS::AppSync::FunctionConfiguration'].flatMap((type) =>
    ofType(template, type).map(([, { CodeS3Location: location }]) => JSON.stringify(location)),
  )
  const names = properties.map((location) => `asset.${/[0-9a-f]{64}\.js/.exec(location)?.[0] ?? ''}`)
  return new Map(names.map((name) => [name, readFileSync(join(assembly, name), 'utf8')]))
}

describe('the code of resolvers', () => {
  test('passes the check of types that AppSync makes when it is deployed', () => {
    const code = deployed()
    expect(code.size).toBeGreaterThan(10)
    expect(findings(code)).toEqual([])
  })

  test.each([
    [
      'a variable that takes an object of another shape',
      'let key = { ge: 1 }\nkey = { eq: 1 }',
      /'ge' is missing/,
    ],
    ['a list with objects of two shapes', 'const all = [{ a: 5 }]\nall.push({ b: 6 })', /not assignable/],
    [
      'a destructured argument that lacks a property',
      'const told = ({ must, may }) => `${must}${may}`\ntold({ must: 1 })',
      /'may' is missing/,
    ],
  ])('would be refused for %s, which AppSync was seen to refuse', (_what, body, message) => {
    const code = `export function request() {\n${body}\nreturn {}\n}\nexport const response = () => null`
    expect(findings(new Map([['refused.js', code]])).join()).toMatch(message)
  })
})
