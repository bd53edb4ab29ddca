type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what the caller gave: an optional field that is absent is absent, not `undefined`. */
export function given<T extends object>(fields: T): Given<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}
