import type { TakenOver } from './conversation-signals.ts';

/** Whether a person has taken the conversation over: until it is handed back, or their time is over. */
export class PersonInCharge {
  #takenOver: TakenOver | null;

  constructor(carried: TakenOver | null = null) {
    this.#takenOver = carried;
  }

  takesOver(takenOver: TakenOver): void {
    this.#takenOver = takenOver;
  }

  handsBack(): void {
    this.#takenOver = null;
  }

  get isThere(): boolean {
    return this.#takenOver !== null && this.remainingMs() > 0;
  }

  /** Infinity: nobody is there whose time will be over. */
  remainingMs(): number {
    const untilMs = this.#takenOver?.untilMs ?? null;
    return untilMs === null ? Infinity : Math.max(untilMs - Date.now(), 0);
  }

  get carried(): TakenOver | null {
    return this.#takenOver;
  }
}
