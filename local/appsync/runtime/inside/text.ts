import { host } from './host.ts'

/** As Java's `URLEncoder`: form encoding, a space becomes `+`. */
export function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, '+')
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

export function urlDecode(text: string): string {
  return decodeURIComponent(text.replace(/\+/g, ' '))
}

export function base64Encode(text: string): string {
  return host().base64Encode(text)
}

export function base64Decode(base64: string): string {
  return host().base64Decode(base64)
}

const escapes: Record<string, string> = { '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** As Apache Commons' `escapeEcmaScript`: safe within quotes of either kind and in HTML. */
export function escapeJavaScript(text: string): string {
  return text.replace(/["'\\/]|[^\x20-\x7e]/g, (character) => {
    if (`"'\\/`.includes(character)) return `\\${character}`
    return escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
  })
}

export function normalize(text: string, form: string): string {
  return text.normalize(form.toUpperCase())
}
