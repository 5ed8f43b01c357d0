/** A setting that the stack must have given this function. */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set`)
  return value
}

/** A setting in seconds, as milliseconds. */
export const milliseconds = (name: string): number => Number(setting(name)) * 1000
