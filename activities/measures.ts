/** What activities count. The worker gives it to Prometheus; a test may look at it directly. */
export interface Measures {
  turnTaken(turn: {
    readonly messages: number;
    readonly gatheredMs: number;
    readonly outcome: 'answered' | 'silent' | 'human' | 'empty';
  }): void;
  claimed(messages: number): void;
  /** `latenessMs` of an answer's first part after its window's end; null for what no window waited for. */
  sent(send: {
    readonly channel: string;
    readonly outcome: 'accepted' | 'held' | 'unknown' | 'overtaken' | 'ended' | 'retried';
    readonly latenessMs: number | null;
  }): void;
  /** A turn that a model was to answer: it did; it had nothing that may be said; it could not be asked; its day is used up. */
  modelAnswered(outcome: 'model' | 'refused' | 'down' | 'over-budget'): void;
  swept(messages: number): void;
}
