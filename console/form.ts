import { useState } from 'preact/hooks';
import type { SettingsChange } from './api.ts';
import { useAction } from './loaded.ts';
import type { Settings } from './shapes.ts';

/** A part of a form: what it holds now, and what is changed in it. */
export interface GroupProps<T> {
  readonly value: T;
  readonly onChange: (part: Partial<T>) => void;
}

/** A form over one thing that is kept whole: what it was, what it is to be, and what came of saving it. */
export function useForm<T extends object>(kept: T, keep: (value: T, before: T) => Promise<T>) {
  const saving = useAction();
  const [before, setBefore] = useState(kept);
  const [value, setValue] = useState(kept);
  const [saved, setSaved] = useState(false);
  const save = async (): Promise<void> => {
    const kept = await saving.run(async () => {
      // What was kept may be more than what was sent: a default follows another choice.
      const now = await keep(value, before);
      setBefore(now);
      setValue(now);
    });
    setSaved(kept);
  };
  return {
    value,
    error: saving.error,
    busy: saving.busy,
    saved,
    changed: JSON.stringify(value) !== JSON.stringify(before),
    change: (part: Partial<T>): void => setValue((now) => ({ ...now, ...part })),
    submit: (event: Event): void => {
      event.preventDefault();
      void save();
    },
  };
}

/** What is different, and nothing else: a value that was not touched is not pinned to today's default. */
export function changeOf(now: Settings, before: Settings): SettingsChange {
  const { window: _w, timings: _t, quietHours: _q, messageTypes: _m, model: _a, ...rest } = now;
  const window = differing(now.window, before.window);
  const timings = differing(now.timings, before.timings);
  const messageTypes = differing(now.messageTypes, before.messageTypes);
  const model = differing(now.model, before.model);
  const quietHours = differing(now.quietHours, before.quietHours);
  return {
    ...differing(rest, before),
    ...(isEmpty(window) ? {} : { window }),
    ...(isEmpty(timings) ? {} : { timings }),
    ...(isEmpty(messageTypes) ? {} : { messageTypes }),
    ...(isEmpty(model) ? {} : { model }),
    // From and to belong together.
    ...(isEmpty(quietHours) ? {} : { quietHours: now.quietHours }),
  };
}

const isEmpty = (change: object): boolean => Object.keys(change).length === 0;

/** What of it holds another value than before: a list is another one when an entry is. */
export function differing<T extends object>(now: T, before: T): Partial<T> {
  const change: Partial<T> = {};
  for (const name of keysOf(now))
    if (JSON.stringify(now[name]) !== JSON.stringify(before[name])) change[name] = now[name];
  return change;
}

const keysOf = <T extends object>(value: T): (keyof T)[] => Object.keys(value) as (keyof T)[];
