import { appendError, error, unauthorized } from './abort.ts'
import { facts } from './effects.ts'
import { toExpressionText } from './expressions.ts'
import { http } from './http.ts'
import { autoId, autoKsuid, autoUlid } from './ids.ts'
import { matches } from './javaRegex.ts'
import { math } from './math.ts'
import { toElasticsearchQueryDSL } from './openSearch.ts'
import { toJsonObject } from './rds.ts'
import { toSubscriptionFilter } from './subscriptionFilter.ts'
import { base64Decode, base64Encode, escapeJavaScript, normalize, urlDecode, urlEncode } from './text.ts'
import { time } from './time.ts'
import { dynamodb } from './typedValues.ts'
import { xml } from './xml.ts'

/** All of `util`, as `@aws-appsync/utils` 2.1.1 declares it. */
export const util = {
  error,
  appendError,
  unauthorized,
  authType: () => facts.authType,
  escapeJavaScript,
  urlEncode,
  urlDecode,
  base64Encode,
  base64Decode,
  autoId,
  autoUlid,
  autoKsuid,
  matches,
  time,
  dynamodb,
  transform: {
    toDynamoDBFilterExpression: toExpressionText,
    toDynamoDBConditionExpression: toExpressionText,
    toElasticsearchQueryDSL,
    toSubscriptionFilter,
  },
  str: { normalize },
  math,
  http,
  xml,
  rds: { toJsonObject },
}
