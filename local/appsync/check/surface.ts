/** What the APPSYNC_JS runtime offers, by name: AWS AppSync developer guide, "Supported runtime features". */

/** Members of the globals. An empty list: a value, with nothing to call on it. */
export const globals: Readonly<Record<string, readonly string[]>> = {
  undefined: [],
  NaN: [],
  Infinity: [],
  Object: ['assign', 'entries', 'hasOwn', 'keys', 'values'],
  Math: ['random', 'min', 'max', 'round', 'floor', 'ceil'],
  Number: ['isFinite', 'isNaN'],
  JSON: ['parse', 'stringify'],
  console: ['log', 'error'],
  extensions: [
    'evictFromApiCache',
    'setSubscriptionFilter',
    'setSubscriptionInvalidationFilter',
    'invalidateSubscriptions',
  ],
  runtime: ['earlyReturn'],
  util: [
    'escapeJavaScript',
    'urlEncode',
    'urlDecode',
    'base64Encode',
    'base64Decode',
    'autoId',
    'autoUlid',
    'autoKsuid',
    'unauthorized',
    'error',
    'appendError',
    'matches',
    'authType',
  ],
}

/** Members of `util`'s own members. */
export const utilities: Readonly<Record<string, readonly string[]>> = {
  time: [
    'nowISO8601',
    'nowEpochSeconds',
    'nowEpochMilliSeconds',
    'nowFormatted',
    'parseFormattedToEpochMilliSeconds',
    'parseISO8601ToEpochMilliSeconds',
    'epochMilliSecondsToSeconds',
    'epochMilliSecondsToISO8601',
    'epochMilliSecondsToFormatted',
  ],
  dynamodb: [
    'toDynamoDB',
    'toString',
    'toStringSet',
    'toNumber',
    'toNumberSet',
    'toBinary',
    'toBinarySet',
    'toBoolean',
    'toNull',
    'toList',
    'toMap',
    'toMapValues',
    'toS3Object',
    'fromS3ObjectJson',
  ],
  transform: [
    'toDynamoDBFilterExpression',
    'toDynamoDBConditionExpression',
    'toElasticsearchQueryDSL',
    'toSubscriptionFilter',
  ],
  str: ['normalize'],
  math: ['roundNum', 'minVal', 'maxVal', 'randomDouble', 'randomWithinRange'],
  http: ['copyHeaders', 'addResponseHeader', 'addResponseHeaders'],
  xml: ['toMap', 'toJsonString'],
  rds: ['toJsonObject'],
}

/** What can be imported, by module. */
export const modules: Readonly<Record<string, readonly string[]>> = {
  '@aws-appsync/utils': ['util', 'extensions', 'runtime'],
  '@aws-appsync/utils/dynamodb': [
    'get',
    'put',
    'update',
    'remove',
    'query',
    'scan',
    'sync',
    'batchGet',
    'batchPut',
    'batchDelete',
    'transactGet',
    'transactWrite',
    'operations',
    'toStringSet',
    'toNumberSet',
    'toBinarySet',
  ],
}

/** Members of `operations` of the DynamoDB module. */
export const operations = [
  'add',
  'remove',
  'replace',
  'increment',
  'decrement',
  'append',
  'prepend',
  'updateListItem',
]

/** Array methods that take a callback: the only functions that may be given one. */
export const callbackMethods = [
  'forEach',
  'map',
  'flatMap',
  'filter',
  'reduce',
  'reduceRight',
  'find',
  'some',
  'every',
  'findIndex',
  'findLast',
  'findLastIndex',
]

const arrayMethods = [
  'concat',
  'fill',
  'flat',
  'indexOf',
  'join',
  'lastIndexOf',
  'pop',
  'push',
  'reverse',
  'shift',
  'slice',
  'sort',
  'splice',
  'unshift',
  ...callbackMethods,
]

/** `substring` is not in the guide's list, but in AWS's own sample resolvers. */
const stringMethods = [
  'charAt',
  'concat',
  'endsWith',
  'indexOf',
  'lastIndexOf',
  'replace',
  'replaceAll',
  'slice',
  'split',
  'startsWith',
  'substring',
  'toLowerCase',
  'toUpperCase',
  'trim',
  'trimStart',
  'trimEnd',
]

const supported = new Set([...arrayMethods, ...stringMethods])

/** Methods the language has on values and AppSync has not. */
export const unsupportedMethods: ReadonlySet<string> = new Set(
  [Object, Function, Array, String, Number, Boolean]
    .flatMap((type) => Object.getOwnPropertyNames(type.prototype))
    .filter((name) => !supported.has(name)),
)
