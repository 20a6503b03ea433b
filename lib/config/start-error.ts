/** A start that cannot go on, with a sentence that a person can act on. Printed without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
