/** How far the embedded UI may have moved when its port was busy. */
const NEIGHBOURS = 5;

/** `slow`: there is a UI, and it had no time: worth asking again. */
export type RunLink =
  { readonly kind: 'here'; readonly url: string } | { readonly kind: 'nowhere' } | { readonly kind: 'slow' };

/** Where a run can be looked at. Asked first, so that nobody is sent to another program that has the port. */
export class RunLinks {
  readonly #firstPort: number;
  readonly #namespace: string;
  #origin: string | null = null;

  constructor(firstPort: number, namespace: string) {
    this.#firstPort = firstPort;
    this.#namespace = namespace;
  }

  async of(workflowId: string, turn: string): Promise<RunLink> {
    const runId = turn.replace(/-\d+$/, '');
    const origins =
      this.#origin === null
        ? Array.from({ length: NEIGHBOURS }, (_, step) => `http://127.0.0.1:${this.#firstPort + step}`)
        : [this.#origin];
    const path = `/namespaces/${this.#namespace}/workflows/${encodeURIComponent(workflowId)}`;
    let slow = false;
    for (const origin of origins) {
      const answer = await ask(`${origin}/api/v1${path}?execution.runId=${runId}`);
      slow ||= answer === 'slow';
      if (answer !== 'yes') continue;
      this.#origin = origin;
      return { kind: 'here', url: `${origin}${path}/${runId}/history` };
    }
    return { kind: slow ? 'slow' : 'nowhere' };
  }
}

/** `no`: nobody is there, something that is no Temporal UI, or one that knows no such run. */
async function ask(url: string): Promise<'yes' | 'no' | 'slow'> {
  try {
    const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(1_500) });
    return ok ? 'yes' : status >= 500 ? 'slow' : 'no';
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError' ? 'slow' : 'no';
  }
}
