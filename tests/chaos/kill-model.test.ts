import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModelDouble, type ModelDouble } from '../doubles/model-api/double.ts';
import { RunningZajel } from '../support/running-zajel.ts';

describe('kill −9 around the question to a model', () => {
  let model: ModelDouble;
  let zajel: RunningZajel;
  beforeAll(async () => {
    model = await startModelDouble({ apiKey: 'sk-right' });
    zajel = new RunningZajel({ MODEL_BASE_URL: model.url, MODEL_API_KEY: 'sk-right' });
    await zajel.start();
    expect((await zajel.must('PATCH', '/api/merchants/demo/settings', { answers: 'model' })).status).toBe(
      200,
    );
  }, 240_000);
  afterAll(async () => {
    await zajel.remove();
    await model.close();
  }, 30_000);

  /** How many questions the model has heard by the time one more is there. */
  async function oneMore(than: number): Promise<void> {
    while (model.asked.length <= than) await pause(20);
  }

  it.each([
    ['while it thinks', { kind: 'hang' }, '20111'],
    ['just after it answered', { kind: 'slow', delayMs: 0 }, '20112'],
  ] as const)(
    '%s: the customer is answered once',
    async (_, fault, customer) => {
      const before = model.asked.length;
      model.answer({ text: 'أهلاً بك، نحن هنا' });
      model.fault(fault);
      await zajel.say(customer, 'حدثني عن متجركم', `wamid.${customer}`);
      await oneMore(before);
      await zajel.kill();
      await zajel.start();
      const received = await zajel.answered(customer);
      // Anything that came twice would have come with the sweep or the look after an unclear send: a moment later.
      await zajel.say(`${customer}9`, 'حدثني عن متجركم', `wamid.${customer}.next`);
      await zajel.answered(`${customer}9`);
      expect(await zajel.received(customer)).toEqual(received);
      expect(received.map(({ text }) => text)).toEqual(['أهلاً بك، نحن هنا']);
    },
    240_000,
  );

  it('its key is in nothing that Zajel says', async () => {
    model.fault({ kind: 'status', status: 401, body: { error: { message: 'Incorrect API key: sk-right' } } });
    await zajel.say('20113', 'حدثني عن متجركم', 'wamid.20113');
    await zajel.answered('20113');
    expect(zajel.log).not.toContain('sk-right');
    expect(JSON.stringify(await zajel.must('GET', '/api/system/network-health'))).not.toContain('sk-right');
  }, 240_000);
});
