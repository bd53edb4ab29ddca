import { Counter, Histogram, type Registry } from 'prom-client';
import type { Measures } from '../activities/measures.ts';

/** The figures of the way of a message, named once. */
export function prometheusMeasures(registry: Registry): Measures {
  const registers = [registry];
  const windows = new Counter({
    name: 'zajel_windows_total',
    help: 'Windows that ended',
    labelNames: ['outcome'],
    registers,
  });
  const sizes = new Histogram({
    name: 'zajel_window_messages',
    help: 'Messages gathered in a window',
    buckets: [1, 2, 3, 5, 10, 20, 50, 100],
    registers,
  });
  const gathered = new Histogram({
    name: 'zajel_window_seconds',
    help: 'From a window’s first message to its end',
    buckets: [1, 2, 4, 8, 10, 15, 30, 60],
    registers,
  });
  const claimed = new Counter({
    name: 'zajel_messages_claimed_total',
    help: 'Messages taken by turns',
    registers,
  });
  const turns = new Counter({
    name: 'zajel_turns_total',
    help: 'Turns by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const sends = new Counter({
    name: 'zajel_sends_total',
    help: 'Sends by channel and outcome',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const lateness = new Histogram({
    name: 'zajel_answer_lateness_seconds',
    help: 'From the window’s end to the acceptance of the answer’s first part',
    buckets: [0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
    registers,
  });
  const modelAnswers = new Counter({
    name: 'zajel_model_answers_total',
    help: 'Turns that a language model was to answer, by what came of it',
    labelNames: ['outcome'],
    registers,
  });
  const swept = new Counter({
    name: 'zajel_messages_swept_total',
    help: 'Stored messages whose signal had been lost',
    registers,
  });
  return {
    turnTaken({ messages, gatheredMs, outcome }) {
      windows.inc({ outcome });
      turns.inc({ outcome });
      if (messages > 0) sizes.observe(messages);
      if (gatheredMs > 0) gathered.observe(gatheredMs / 1_000);
    },
    claimed: (messages) => claimed.inc(messages),
    sent({ channel, outcome, latenessMs }) {
      sends.inc({ channel, outcome });
      if (latenessMs !== null) lateness.observe(Math.max(latenessMs, 0) / 1_000);
    },
    modelAnswered: (outcome) => modelAnswers.inc({ outcome }),
    swept: (messages) => swept.inc(messages),
  };
}
