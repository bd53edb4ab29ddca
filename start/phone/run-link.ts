/** How far the embedded UI may have moved when its port was busy. */
const NEIGHBOURS = 5;

/** Where a run can be looked at. Asked first, so that nobody is sent to another program that has the port. */
export class RunLinks {
  readonly #firstPort: number;
  readonly #namespace: string;
  #origin: string | null = null;

  constructor(firstPort: number, namespace: string) {
    this.#firstPort = firstPort;
    this.#namespace = namespace;
  }

  /** Null where no Temporal UI on this machine knows the run. */
  async of(workflowId: string, turn: string): Promise<string | null> {
    const runId = turn.replace(/-\d+$/, '');
    const origins =
      this.#origin === null
        ? Array.from({ length: NEIGHBOURS }, (_, step) => `http://127.0.0.1:${this.#firstPort + step}`)
        : [this.#origin];
    const path = `/namespaces/${this.#namespace}/workflows/${encodeURIComponent(workflowId)}`;
    for (const origin of origins) {
      if (!(await answers(`${origin}/api/v1${path}?execution.runId=${runId}`))) continue;
      this.#origin = origin;
      return `${origin}${path}/${runId}/history`;
    }
    return null;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_500) })).ok;
  } catch {
    return false; // Nobody there, or something that is no web server: the next port is asked.
  }
}
