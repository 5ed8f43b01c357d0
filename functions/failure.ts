/**
 * Ends a step for a business reason. Its name is the error name the saga catches (`PaymentDeclined`, `OutOfStock`,
 * `OrderCancelled`); such an end is never retried.
 */
export class StepFailure extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}
