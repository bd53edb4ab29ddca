import { afterAll, describe, expect, it } from 'vitest';
import { RunningZajel } from '../support/running-zajel.ts';
import { letDie, STEPS } from './steps.ts';

describe('kill −9 at every step of a message’s way', () => {
  const zajel = new RunningZajel({}, { entry: 'tests/chaos/dies-on-purpose.ts' });
  afterAll(() => zajel.remove(), 30_000);

  for (const [index, { step }] of STEPS.entries()) {
    for (const moment of ['before', 'after'] as const) {
      it(`loses nothing and answers once when it dies ${moment} the commit of: ${step}`, async () => {
        await letDie(zajel, moment, step);
        const customer = `2010${index}${moment === 'before' ? 0 : 1}`;
        // A provider delivers again what was not accepted: so does `say`, also across the death.
        const saying = zajel.say(customer, 'بكم القميص؟', `wamid.${customer}`);
        await zajel.died();
        await zajel.start();
        await saying;
        const received = await zajel.answered(customer);
        // Anything that comes twice comes with the sweep or the look after an unclear send: a moment later.
        await zajel.say(`${customer}9`, 'مرحبا', `wamid.${customer}.next`);
        await zajel.answered(`${customer}9`);
        expect(await zajel.received(customer)).toEqual(received);
        expect(received).toHaveLength(1);
        expect(received[0]?.text).toContain('350');
      }, 400_000);
    }
  }
});
