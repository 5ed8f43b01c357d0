/** A value that is there, or will be. Most fields are there at once; a promise for each would cost more than they do. */
export type Later<T> = T | Promise<T>

export function after<T, R>(value: Later<T>, next: (value: T) => Later<R>): Later<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
