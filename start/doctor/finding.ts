/** One thing that was looked at: there, worth knowing, or missing, and then what to do. */
export type Finding = {
  readonly state: 'ok' | 'note' | 'missing';
  readonly what: string;
  readonly is: string;
  readonly todo?: string;
};
