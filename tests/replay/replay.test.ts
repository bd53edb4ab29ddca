import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { Seal } from '../../store/sealed.ts';
import { dataConverterOf } from '../../temporal/connection.ts';
import { bundleWorkflows } from '../../worker/worker.ts';
import { TEST_KEY_HEX } from '../support/live-shop.ts';
import { countOf, recorded, type History } from './histories.ts';
import { LINE_PATHS } from './line-paths.ts';
import { modelPaths } from './model-paths.ts';
import { ORDER_PATHS } from './order-paths.ts';
import { STATUS_PATHS } from './status-paths.ts';
import { PATHS } from './paths.ts';

/**
 * Conversations, orders, watches of sheets and lines that are open during a deploy go on in the new code from their recorded
 * history. If it decides otherwise than the code that wrote it, they hang. record.ts tells how the histories are made and when to make them again.
 */
const quiet = new DefaultLogger('ERROR', () => undefined);
const HISTORIES = recorded();
const MODEL_PATHS = modelPaths(() => {
  throw new Error('nothing is walked here');
});

async function replay(bundle: WorkflowBundle, history: History): Promise<Error | undefined> {
  const options = {
    workflowBundle: bundle,
    dataConverter: dataConverterOf(new Seal(Buffer.from(TEST_KEY_HEX, 'hex'))),
    replayName: 'recorded',
  };
  const results = Worker.runReplayHistories(options, [{ workflowId: 'recorded', history }]);
  for await (const { error } of results) return error;
  throw new Error('nothing was replayed');
}

beforeAll(() => {
  Runtime.install({ logger: quiet, telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
});

describe('the recorded histories', () => {
  it.each([...PATHS, ...STATUS_PATHS, ...ORDER_PATHS, ...LINE_PATHS, ...MODEL_PATHS])(
    'hold the path $name',
    ({ name, shows }) => {
      const history = HISTORIES.find((kept) => kept.name === name)?.history;
      expect(history, `no history: run tests/replay/record.ts ${name}`).toBeDefined();
      if (history === undefined) return;
      for (const [type, least] of Object.entries(shows))
        expect(countOf(history, type), type).toBeGreaterThanOrEqual(least);
    },
  );

  it('hold no word of a customer in clear', () => {
    const all = JSON.stringify(HISTORIES);
    expect(all).toContain(Buffer.from('binary/encrypted').toString('base64'));
    const payloads = [...all.matchAll(/"data":"([^"]*)"/g)].map(([, data]) =>
      Buffer.from(data ?? '', 'base64').toString('utf8'),
    );
    expect(payloads.filter((text) => /hello|shirt|قميص|عميل|20100000|0100000/.test(text))).toEqual([]);
  });
});

describe('what is open during a deploy', () => {
  let shipped: WorkflowBundle;
  beforeAll(async () => {
    shipped = await bundleWorkflows(quiet);
  });

  it.each(HISTORIES)('goes on where it was: $name', async ({ history }) => {
    expect(await replay(shipped, history)).toBeUndefined();
  });
});

describe('a change that breaks what is open', () => {
  let broken: WorkflowBundle;
  beforeAll(async () => {
    broken = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./broken/index.ts', import.meta.url)),
      failureConverterPath: fileURLToPath(new URL('../../temporal/failure-converter.ts', import.meta.url)),
      logger: quiet,
    });
  });

  it.each(HISTORIES)('is refused by $name', async ({ history }) => {
    expect(await replay(broken, history)).toBeInstanceOf(DeterminismViolationError);
  });
});
