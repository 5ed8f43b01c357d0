import { isIP } from 'node:net'

/** RFC 822's `local@domain`, as strict as needed to tell an address from other text. */
export function isEmail(text: string): boolean {
  return /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\".]+(?:\.[^\s@<>()[\],;:\\".]+)*$/.test(text)
}

/** RFC 1738: a scheme is required, and the path has no double slash. */
export function isUrl(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(text) || !URL.canParse(text)) return false
  return !new URL(text).pathname.includes('//')
}

/** Digits that spaces or hyphens may part; without a country code a number of the North American plan. */
export function isPhone(text: string): boolean {
  if (!/^\+?\d(?:[ -]?\d)*$/.test(text)) return false
  const digits = text.replace(/\D/g, '')
  if (text.startsWith('+')) return digits.length >= 7 && digits.length <= 15
  return /^1?[2-9]\d{2}[2-9]\d{6}$/.test(digits)
}

/** Version 4 or 6, with an optional CIDR suffix. */
export function isIpAddress(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}
