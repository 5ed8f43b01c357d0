import appsync from '@aws-appsync/eslint-plugin'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Folder -> [our folders it may import, packages it may import]; `*` allows all. */
const mayImport = {
  model: [[], []],
  resolvers: [['model'], ['@aws-appsync/utils']],
  functions: [['model'], ['@aws-sdk/', '@aws-lambda-powertools/', '@smithy/', 'aws-lambda']],
  infra: [['model'], ['aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild']],
  local: [
    [],
    [
      'graphql',
      'jsonata',
      'undici',
      'ws',
      'selfsigned',
      'ulid',
      'esbuild',
      'acorn',
      '@smithy/',
      '@aws-crypto/',
    ],
  ],
  start: [['infra', 'local'], ['esbuild']],
  'client/sdk': [[], []],
  'client/cli': [['client/sdk'], []],
  bench: [['*'], ['*']],
  test: [['*'], ['*']],
}
const folders = Object.keys(mayImport)

/** Unit tests stand beside their file and may also use the test runner, the AWS SDK as a client and the like. */
const tests = ['**/*.test.ts', '**/fixtures/**', '**/testing/**']

const directions = Object.entries(mayImport).flatMap(([folder, [ours, packages]]) => {
  const patterns = []
  // Folders of client/ name each other without the `client/`.
  const others = folders.filter((other) => other !== folder && !ours.includes(other))
  const forbidden = others.flatMap((other) => [other, ...(other.includes('/') ? [other.split('/')[1]] : [])])
  if (!ours.includes('*'))
    patterns.push({
      regex: `^(\\.\\./)+(${forbidden.join('|')})/`,
      message: `${folder}/ may import of ours only: ${ours.join(', ') || 'nothing'}.`,
    })
  const ownFiles = {
    files: [`${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns: [...patterns] }] },
  }
  if (packages.includes('*')) return [ownFiles]
  const nodeToo = ['model', 'resolvers', 'client/sdk'].includes(folder) ? [] : ['node:']
  const allowed = [...nodeToo, ...packages].map((name) => name.replaceAll('/', '\\/')).join('|')
  patterns.push({
    regex: `^(?!\\.{1,2}\\/)(?!(${allowed || '$^'}))`,
    message: `${folder}/ may import of packages only: ${[...nodeToo, ...packages].join(', ') || 'none'}.`,
  })
  return [
    ownFiles,
    {
      files: [`${folder}/**/*.ts`],
      ignores: tests,
      rules: { 'no-restricted-imports': ['error', { patterns }] },
    },
  ]
})

/** What AppSync's own plugin does not see, although the runtime refuses it. */
const beyondThePlugin = [
  ['ThrowStatement', 'APPSYNC_JS has no throw: use util.error().'],
  ['NewExpression', 'APPSYNC_JS has no constructors: no new Date, RegExp, Map or Promise.'],
  ['ClassExpression', 'APPSYNC_JS has no classes.'],
  ['Literal[regex]', 'APPSYNC_JS has no regex literals: use util.matches().'],
  [
    "CallExpression[callee.property.name='sort'][arguments.length>0]",
    'APPSYNC_JS sorts without a comparator.',
  ],
  ["AssignmentExpression[left.object.name='ctx']", 'First-level members of ctx cannot be reassigned.'],
  [
    'ImportNamespaceSpecifier',
    'A namespace used as a value makes esbuild emit helpers that AppSync refuses.',
  ],
  // https://github.com/aws/aws-appsync-community/issues/301
  [
    ':matches(ObjectPattern, ArrayPattern) AssignmentPattern',
    'AppSync was seen to refuse defaults in a destructuring ("Function metadata has exceeded the maximum allowed size"): use ??.',
  ],
  ['TSEnumDeclaration', 'An enum becomes a function that AppSync refuses: use a const object.'],
].map(([selector, message]) => ({ selector, message }))

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      'cdk.out/**',
      '**/*.generated.ts',
      '.local/**',
      'coverage/**',
      'try.ts',
      '**/fixtures/**/*.js',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['resolvers/**/*.ts', 'model/**/*.ts'],
    ignores: tests,
    extends: [appsync.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', ...beyondThePlugin],
      'no-restricted-globals': [
        'error',
        'Date',
        'fetch',
        'setTimeout',
        'setInterval',
        'Promise',
        'process',
        'crypto',
        'Buffer',
        'Map',
        'Set',
        'RegExp',
      ],
    },
  },
  ...directions,
)
