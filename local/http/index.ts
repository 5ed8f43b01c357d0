export { BodyTooLarge, readBody } from './body.ts'
export { listenOnLoopback } from './listen.ts'
export type { LoopbackServer } from './listen.ts'
