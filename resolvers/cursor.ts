import { util } from '@aws-appsync/utils'
import { limits } from '../model/limits.ts'

/** Base64 of the longest filter there can be, its address having three bytes a character, and then some. */
const longestToken = 1_200

function prefixOf(filter: string): string {
  return `orders|${filter}|`
}

/** The opaque token behind the order `lastId` in a list with this filter. */
export function cursorAfter(lastId: string, filter: string): string {
  return util.base64Encode(prefixOf(filter) + lastId)
}

/** The id that a token stands for; null when it is damaged or belongs to a list with another filter. */
export function idOfCursor(token: string, filter: string): string | null {
  if (token.length > longestToken || !util.matches('^[A-Za-z0-9+/]+={0,2}$', token)) return null
  const text = util.base64Decode(token)
  const prefix = prefixOf(filter)
  const id = text.slice(prefix.length)
  const whole =
    text.startsWith(prefix) && util.matches('^[0-9A-HJKMNP-TV-Z]+$', id) && id.length === limits.orderId
  return whole && cursorAfter(id, filter) === token ? id : null
}
