import { z } from 'zod';
import type { Delivery } from './callback.ts';
import { faultPlan, type FaultPlan } from './faults.ts';
import type { Heard } from './server.ts';

/** What every far end's double can be told, whoever it plays. */
export interface Controlled {
  fail(plan: FaultPlan): void;
  heal(): void;
  callback(settings: null): void;
  received(): readonly unknown[];
  delivered(): readonly unknown[];
  typing(): readonly unknown[];
  post(body: unknown): void;
  webhooks(): readonly Delivery[];
  reset(): void;
}

/** One control: reads the body behind a schema and does it; what it returns is the answer. */
export const told =
  <T>(schema: z.ZodType<T>, act: (body: T) => unknown) =>
  (heard: Heard): void => {
    const parsed = schema.safeParse(heard.json);
    if (parsed.success) heard.reply(200, act(parsed.data) ?? { ok: true });
    else heard.reply(400, { error: z.prettifyError(parsed.error) });
  };

/** The same as the TypeScript interface, over HTTP, for a double that runs by itself. */
export function answerControls(
  heard: Heard,
  double: Controlled,
  own: Readonly<Record<string, (heard: Heard) => void>>,
): void {
  const shown =
    (items: () => readonly unknown[]) =>
    ({ reply }: Heard): void =>
      reply(200, { items: items() });
  const done =
    (act: () => void) =>
    ({ reply }: Heard): void => {
      act();
      reply(200, { ok: true });
    };
  const controls: Readonly<Record<string, (heard: Heard) => void>> = {
    'GET received': shown(() => double.received()),
    'GET delivered': shown(() => double.delivered()),
    'GET typing': shown(() => double.typing()),
    'GET webhooks': shown(() =>
      double.webhooks().map(({ body, ...rest }) => ({ ...rest, body: body.toString('utf8') })),
    ),
    'POST faults': told(faultPlan, (plan) => double.fail(plan)),
    'DELETE faults': done(() => double.heal()),
    'DELETE callback': done(() => double.callback(null)),
    'POST webhook': done(() => double.post(heard.json)),
    'POST reset': done(() => double.reset()),
    ...own,
  };
  const control = controls[`${heard.method} ${heard.path.slice('/control/'.length)}`];
  if (control === undefined) heard.reply(404, { error: `no such control: ${heard.method} ${heard.path}` });
  else control(heard);
}
