/** A JSON value. Values that run through a machine are never changed once made; steps make new ones. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Size of a text in UTF-8, which is how AWS counts its payload limits. */
export function bytes(text: string): number {
  return Buffer.byteLength(text)
}

/** Input, output, arguments, variables: nothing that moves between states may be larger. */
export const payloadLimit = 262_144
