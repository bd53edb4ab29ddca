import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { costOfHistory } from '../../bench/cost.ts';
import { freePorts } from '../../bench/processes.ts';
import { conversationWorkflowId } from '../../workflows/ids.ts';
import { startModelDouble, type ModelDouble } from '../doubles/model-api/double.ts';
import { LiveShop, until } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';
import { actionsCounted } from '../support/temporal-with.ts';

let live: LiveShop;
let model: ModelDouble;
let metrics: number;
beforeAll(async () => {
  [metrics = 0] = await freePorts(1);
  model = await startModelDouble();
  live = await LiveShop.open({
    // Long enough that the fragments of a burst meet in it on a busy machine, too.
    window: { ms: 10_000, graceMs: 500, maxMs: 20_000 },
    model: { baseUrl: model.url, apiKey: null, model: 'small-model' },
    serverFlags: ['--metrics-port', String(metrics)],
  });
});
afterAll(async () => {
  await live.close();
  await model.close();
});

/** What the customer's messages, said within one window, cost at Temporal: counted in the real history, which is paid by its size as well. */
async function cost(
  shop: Shop,
  customer: string,
  messages: number,
  mostBytes = 3_500 + messages * 500,
): Promise<unknown> {
  for (let index = 0; index < messages; index += 1) await shop.say(customer, `m${index}`);
  await until(
    () => shop.received(customer),
    (answers) => answers.length > 0,
  );
  const { merchant } = shop;
  const run = live.house.client.workflow.getHandle(
    conversationWorkflowId({ merchant, platform: 'simulator', conversation: shop.conversation(customer) }),
  );
  while ((await run.describe()).status.name === 'RUNNING') await pause(50);
  expect(await shop.received(customer)).toHaveLength(1);
  expect((await run.describe()).historySize).toBeLessThan(mostBytes);
  return costOfHistory(await run.fetchHistory());
}

// A merchant on Temporal Cloud pays by the action: a step more in every turn is a price rise.
it('a one-message turn costs four actions', async () => {
  expect(await cost(await live.merchant(), '2001', 1)).toEqual({ actions: 4, events: 13 });
});

it('a burst costs an action per message and three for its answer', async () => {
  expect(await cost(await live.merchant(), '2002', 5)).toEqual({ actions: 8, events: 17 });
});

it('an answer by a model costs one action more', async () => {
  const shop = await live.merchant({ answers: 'model' });
  expect(await cost(shop, '2003', 1, 5_500)).toEqual({ actions: 5, events: 19 });
  expect(model.asked).toHaveLength(1);
});

it('a word in the last moment, when the answer is ready, costs an action for itself and two for thinking and sending again', async () => {
  const shop = await live.merchant();
  live.echo.thinking = async () => {
    live.echo.thinking = () => Promise.resolve();
    await shop.say('2004', 'and blue');
  };
  expect(await cost(shop, '2004', 1, 6_800)).toEqual({ actions: 7, events: 24 });
});

// The server tells a second late: the last one's are waited for, and by then the first turns' have long been told.
it('the server itself counts no other action for all of them', async () => {
  const kinds = await until(
    () => actionsCounted(metrics),
    (told) => told['command_ScheduleActivityTask'] === 6 && told['command_BatchMarkers'] === 5,
  );
  expect(kinds).toEqual({
    grpc_SignalWithStartWorkflowExecution: 5,
    grpc_SignalWorkflowExecution: 4,
    command_BatchMarkers: 5,
    command_ScheduleActivityTask: 6,
  });
});
