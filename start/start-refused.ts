/** A reason not to start that a person can do something about: its message is one sentence, shown without a stack. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
