import { Connection, type Listener } from './connection.ts'
import type { Access } from './http.ts'

/** AppSync carries 200 subscriptions on one connection. */
const mostOnOne = 200

/** Starts a subscription; the answer ends it. */
export type Subscribe = <Data>(query: string, variables: object, listener: Listener<Data>) => () => void

/** As many connections as the subscriptions need, opened when they are needed. */
export function createRealtime(access: Access): Subscribe {
  const connections: Connection[] = []
  return (query, variables, listener) => {
    let connection = connections.find(({ size }) => size < mostOnOne)
    if (connection === undefined) connections.push((connection = new Connection(access)))
    return connection.subscribe(query, variables, listener)
  }
}
