/**
 * When an API key made in `month` (`YYYY-MM`) expires: the first of the month eleven months later, UTC. AppSync takes a
 * year at most; a whole month's templates agree, so that deploying again changes nothing.
 */
export function keyExpiry(month: string): Date {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new Error(`month must be YYYY-MM, not "${month}"`)
  const expiry = new Date(`${month}-01T00:00:00Z`)
  expiry.setUTCMonth(expiry.getUTCMonth() + 11)
  return expiry
}
