import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadAssembly, resolveAssembly } from './index.ts'
import { assemblyFolder, place, types } from './testing/assembly.ts'

const stackArtifact = (templateFile: string, stackName?: string): object => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile, stackName },
})
const empty = JSON.stringify({ Resources: {} })

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const manifest = (artifacts: object): string => JSON.stringify({ version: '55.0.0', artifacts })

test('a stack goes by its own name, else by the name of its artifact; stages are folders inside', () => {
  const folder = folderOf({
    'manifest.json': manifest({
      One: stackArtifact('a.json', 'Given'),
      Two: stackArtifact('a.json'),
      Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'stage' } },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    }),
    'a.json': empty,
    'stage/manifest.json': manifest({ Three: stackArtifact('b.json') }),
    'stage/b.json': empty,
  })
  expect(loadAssembly(folder).stacks.map(({ name }) => name)).toEqual(['Given', 'Two', 'Three'])
})

test('an asset is found by its key or its S3 location', () => {
  const destinations = { here: { bucketName: 'b', objectKey: 'abc.zip' } }
  const folder = folderOf({
    'manifest.json': manifest({
      'Main.assets': { type: 'cdk:asset-manifest', properties: { file: 'Main.assets.json' } },
      Main: stackArtifact('a.json'),
    }),
    'a.json': empty,
    'Main.assets.json': JSON.stringify({ files: { abc: { source: { path: 'asset.abc' }, destinations } } }),
  })
  const { asset } = resolveAssembly(loadAssembly(folder), { place, types })
  expect(asset('abc.zip')).toBe(join(folder, 'asset.abc'))
  expect(asset('s3://some-bucket-000000000000-us-east-1/abc.zip')).toBe(join(folder, 'asset.abc'))
  expect(asset('other.zip')).toBeUndefined()
})

test.each<[string, () => string, RegExp]>([
  [
    'is not there',
    () => '/nowhere/cdk.out',
    /^Cannot read the cloud assembly: \/nowhere\/cdk.out\/manifest.json: ENOENT.*$/,
  ],
  [
    'has a damaged manifest',
    () => folderOf({ 'manifest.json': '{"arti' }),
    /manifest.json: Unterminated string.*$/,
  ],
  [
    'has a manifest of another kind',
    () => folderOf({ 'manifest.json': '[]' }),
    /manifest.json is not a JSON object$/,
  ],
  ['holds no stack', () => assemblyFolder({}), /holds no CloudFormation stack$/],
  [
    'lacks a template',
    () => folderOf({ 'manifest.json': manifest({ A: stackArtifact('a.json') }) }),
    /a.json: ENOENT/,
  ],
  [
    'names no template',
    () => folderOf({ 'manifest.json': manifest({ A: { type: 'aws:cloudformation:stack' } }) }),
    /artifact A has no templateFile$/,
  ],
])('a folder that %s is refused in one line', (_, folder, message) => {
  expect(() => loadAssembly(folder())).toThrow(message)
})
