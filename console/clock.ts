/** A phone's clock may be minutes off, and the countdown shows the server's time: this keeps the difference. */
class ServerClock {
  #aheadMs = 0;

  /** `Date` has whole seconds, so a smaller difference is no difference. */
  hear(dateHeader: string | null): void {
    const atMs = Date.parse(dateHeader ?? '');
    if (Number.isNaN(atMs)) return;
    const ahead = atMs + 500 - Date.now();
    this.#aheadMs = Math.abs(ahead) > 2_000 ? ahead : 0;
  }

  nowMs(): number {
    return Date.now() + this.#aheadMs;
  }
}

export const clock = new ServerClock();
