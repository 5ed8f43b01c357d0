/** Who makes a call, as IAM sees it. */
export type Principal =
  /** A role of the template, acting through a function, data source, state machine or rule. */
  | { readonly kind: 'role'; readonly roleArn: string; readonly session: string }
  /** The person at the keyboard, with the keys printed in outputs.json: may do everything. */
  | { readonly kind: 'operator' }
  /** An AWS service acting by itself, e.g. `sns.amazonaws.com` delivering to a queue; only resource policies allow it. */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string }

export const operator: Principal = { kind: 'operator' }

/** The `Principal` as AWS prints it in messages and logs. */
export function principalArn(principal: Principal, account: string): string {
  switch (principal.kind) {
    case 'operator':
      return `arn:aws:iam::${account}:user/operator`
    case 'service':
      return principal.service
    case 'role': {
      const name = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1)
      return `arn:aws:sts::${account}:assumed-role/${name}/${principal.session}`
    }
  }
}
