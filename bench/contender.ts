/** One way of doing it, ready to be measured beside the others. */
export interface Contender {
  readonly name: string;
  /** Null when it can run here; otherwise what is missing. */
  missing(): Promise<string | null>;
  start(options: ContenderOptions): Promise<RunningContender>;
}

export interface ContenderOptions {
  readonly windowMs: number;
  /** An empty folder of its own. */
  readonly folder: string;
}

/** Every contender takes messages and shows what it sent through the same two routes. */
export interface RunningContender {
  readonly messagesUrl: string;
  readonly outboxUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** From its start until it takes messages. */
  readonly readyMs: number;
  /** The processes that keep state for it (Temporal, Redis), and those that run its own code. */
  processes(): { readonly server: readonly number[]; readonly worker: readonly number[] };
  /** Where its runs can be read, if they are Temporal's. */
  readonly temporal?: {
    readonly address: string;
    readonly workflowIdOf: (customer: string) => Promise<string>;
  };
  /** Kills what runs its own code with −9 and starts it again; resolves when messages are taken again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}
