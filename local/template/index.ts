export { loadAssembly } from './assembly.ts'
export { resolveAssembly } from './resolve.ts'
export type { Resolved } from './resolve.ts'
