/** AppSync's own host names; anything else is a custom domain, or a local one, and has its socket under `/realtime`. */
const appsyncHost = /^([a-z0-9]+)\.appsync-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/

/**
 * The WebSocket address that belongs to a GraphQL endpoint.
 * Source: AWS AppSync developer guide, "Building a real-time WebSocket client".
 */
export function realtimeUrl(endpoint: string): string {
  const url = new URL(endpoint)
  const managed = appsyncHost.exec(url.hostname)
  if (managed) url.hostname = url.hostname.replace('.appsync-api.', '.appsync-realtime-api.')
  else url.pathname = `${url.pathname.replace(/\/$/, '')}/realtime`
  return url.href.replace(/^http/, 'ws')
}
