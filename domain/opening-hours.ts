export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** From when to when, `HH:MM` by the shop's wall clock. `to` at or before `from` is on the next day; `24:00` is allowed. */
export interface Interval {
  readonly from: string;
  readonly to: string;
}

/** A day without intervals is a day off. */
export type OpeningHours = Readonly<Partial<Record<Weekday, readonly Interval[]>>>;
