/** When the bot takes over again by itself; null: when it is handed back. */
export const takeOverEnd = (minutes: number | null): Date | null =>
  minutes === null ? null : new Date(Date.now() + minutes * 60_000);
