/** Headers that belong to one connection: AppSync neither copies nor answers them. */
export const hopByHop: readonly string[] = [
  'transfer-encoding',
  'connection',
  'host',
  'expect',
  'keep-alive',
  'upgrade',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'content-length',
]
