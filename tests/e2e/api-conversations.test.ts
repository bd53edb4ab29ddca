import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { conversation } from '../../api/schemas/conversation.ts';
import { line as lineShape } from '../../api/schemas/line.ts';
import { brought, merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  await merchantWithLine(api, 'shop');
  await merchantWithLine(api, 'neighbour');
});
afterAll(() => api.stop());

const messages = '/api/simulator/shop/sim/messages';
/** As a provider does: what is refused for now is brought again. */
const write = (from: string, text: string, id: string = randomUUID()) =>
  brought(() => api.ask('POST', messages, { body: { from, text, id } }));
const talk = (customer: string): string =>
  `/api/merchants/shop/conversations/simulator/${encodeURIComponent(customer)}`;
const look = async (customer: string) => conversation.parse((await api.ask('GET', talk(customer))).body);

/** What the conversation's run was told, read from Temporal itself. */
async function told(customer: string): Promise<{ signals: string[]; delayed: boolean; running: boolean }> {
  const { workflowId } = await look(customer);
  const handle = api.client.workflow.getHandle(workflowId);
  const { events } = await handle.fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes?.firstWorkflowTaskBackoff;
  return {
    signals: (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
      typeof signal?.signalName === 'string' ? [signal.signalName] : [],
    ),
    delayed: Number(started?.seconds ?? 0) > 0,
    running: (await handle.describe()).status.name === 'RUNNING',
  };
}

describe('a customer’s message', () => {
  test('is stored and signalled before it is acknowledged, with its run asleep until the window’s end', async () => {
    const answer = await write('07701000001', 'السلام عليكم', 'wa-1');
    expect([answer.status, answer.body]).toEqual([202, { id: 'wa-1' }]);
    await write('07701000001', 'بكم القميص؟', 'wa-2');
    expect(await told('07701000001')).toEqual({
      signals: ['message', 'message'],
      delayed: true,
      running: true,
    });

    const state = await look('07701000001');
    expect(state).toMatchObject({
      phase: 'gathering',
      inCharge: 'bot',
      customer: '9647701000001',
      window: { count: 2 },
      waiting: null,
      optedOut: false,
    });
    expect(Date.parse(state.window?.endsAt ?? '') - Date.parse(state.window?.opensAt ?? '')).toBe(8_000);
    expect(
      state.messages.map(({ id, text, direction, by, status }) => ({ id, text, direction, by, status })),
    ).toEqual([
      { id: 'wa-1', text: 'السلام عليكم', direction: 'in', by: 'customer', status: 'received' },
      { id: 'wa-2', text: 'بكم القميص؟', direction: 'in', by: 'customer', status: 'received' },
    ]);
  });

  test('is the same message however often and from wherever it is delivered', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => write('07701000002', 'نعم', 'twice')));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set(['202 {"id":"twice"}']),
    );
    await write('07701000002', 'نعم', 'another');
    expect((await look('07701000002')).messages.map(({ id }) => id)).toEqual(['twice', 'another']);
  });

  test('finds its conversation by any spelling of the number', async () => {
    for (const spelling of ['07701000003', '+964 770 100 0003', '00964 770-100-0003'])
      await write(spelling, spelling);
    for (const spelling of ['9647701000003', '+9647701000003', '0770 100 0003'])
      expect((await look(spelling)).messages).toHaveLength(3);
  });

  test('is separate from the same customer’s at another merchant', async () => {
    await api.ask('POST', '/api/simulator/neighbour/sim/messages', {
      body: { from: '07701000004', text: 'theirs' },
    });
    expect((await api.ask('GET', talk('07701000004'))).body['code']).toBe('unknown-conversation');
    await write('07701000004', 'ours');
    expect((await look('07701000004')).messages.map(({ text }) => text)).toEqual(['ours']);
  });

  test('that stops the bot ends the window at once', async () => {
    await write('07701000005', 'hello');
    await write('07701000005', 'وقف');
    expect((await look('07701000005')).window).toMatchObject({ count: 2 });
    const { window } = await look('07701000005');
    expect(Date.parse(window?.endsAt ?? '')).toBeLessThanOrEqual(Date.now());
  });

  test('is edited and withdrawn before its turn; reactions and read marks open no window', async () => {
    const from = '07701000006';
    await write(from, 'قميص احمر', 'e-1');
    await write(from, 'تجربة', 'e-2');
    for (const body of [
      { from, kind: 'edit', id: 'e-1', text: 'قميص ازرق' },
      { from, kind: 'deletion', id: 'e-2' },
      { from, kind: 'reaction', id: 'e-1', text: '❤️' },
      { from, kind: 'read' },
      { from: '07701000007', kind: 'read' },
    ])
      expect((await api.ask('POST', messages, { body })).status).toBe(202);
    const state = await look(from);
    expect(state.messages.map(({ text, status }) => [text, status])).toEqual([
      ['قميص ازرق', 'received'],
      ['تجربة', 'deleted'],
    ]);
    expect(state.window?.count).toBe(1);
    expect((await api.ask('GET', talk('07701000007'))).status).toBe(404);
  });
});

describe('a person', () => {
  test('answers: the text is kept to be sent, the bot is silent, the run is told, and a repeat is the same message', async () => {
    await write('07701000010', 'hello');
    const headers = { 'Idempotency-Key': 'answer-1' };
    const first = await api.ask('POST', `${talk('07701000010')}/messages`, {
      body: { text: 'أهلاً، معك أحمد' },
      headers,
    });
    const again = await api.ask('POST', `${talk('07701000010')}/messages`, {
      body: { text: 'أهلاً، معك أحمد' },
      headers,
    });
    expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([
      202,
      202,
      'true',
    ]);
    expect(again.body).toEqual(first.body);
    const other = await api.ask('POST', `${talk('07701000010')}/messages`, {
      body: { text: 'something else' },
      headers,
    });
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency-other-call']);

    const state = await look('07701000010');
    expect(state.inCharge).toBe('human');
    expect(
      state.messages.filter(({ by }) => by === 'human').map(({ text, status, key }) => [text, status, key]),
    ).toEqual([['أهلاً، معك أحمد', 'waiting', `${String(first.body['id'])}/1`]]);
    const { signals } = await told('07701000010');
    expect(signals).toEqual(['message', 'humanMessage', 'takenOver']);
  });

  test('takes over for a time and hands back', async () => {
    await write('07701000011', 'hello');
    expect(
      (await api.ask('POST', `${talk('07701000011')}/take-over`, { body: { minutes: 30 } })).status,
    ).toBe(202);
    const taken = await look('07701000011');
    expect([taken.phase, taken.inCharge]).toEqual(['human', 'human']);
    expect(Math.round((Date.parse(taken.handBackAt ?? '') - Date.now()) / 60_000)).toBe(30);
    expect((await api.ask('POST', `${talk('07701000011')}/hand-back`, {})).status).toBe(202);
    expect(await look('07701000011')).toMatchObject({
      inCharge: 'bot',
      handBackAt: null,
      phase: 'gathering',
    });
    expect((await told('07701000011')).signals).toEqual(['message', 'takenOver', 'handedBack']);
  });

  test('takes over where nothing was going on: a run begins, which Temporal shows until it is handed back', async () => {
    await write('07701000014', 'hello');
    const { workflowId } = await look('07701000014');
    await api.client.workflow.getHandle(workflowId).terminate('as if it had come to its end');
    expect((await api.ask('POST', `${talk('07701000014')}/take-over`, { body: {} })).status).toBe(202);
    expect(await told('07701000014')).toEqual({ signals: ['takenOver'], delayed: false, running: true });
  });

  test('flushes: the run wakes from its delay; closes: nothing waits any more', async () => {
    await write('07701000012', 'hello');
    expect((await api.ask('POST', `${talk('07701000012')}/flush`, { body: {} })).status).toBe(202);
    expect((await told('07701000012')).signals).toEqual(['message', 'flush']);
    expect((await api.ask('POST', `${talk('07701000012')}/close`, { body: {} })).status).toBe(202);
    expect(await look('07701000012')).toMatchObject({ phase: 'idle', window: null, waiting: null });
    const flushedAgain = await api.ask('POST', `${talk('07701000012')}/flush`, { body: {} });
    expect(flushedAgain.status).toBe(202);
    expect((await told('07701000012')).signals.filter((name) => name === 'flush')).toHaveLength(1);
  });

  test('is remembered in the audit by the key that was used', async () => {
    const { body } = await api.ask('POST', '/api/merchants/shop/keys', {
      body: { name: 'console', scopes: ['read', 'send'] },
    });
    await write('07701000013', 'hello');
    await api.ask('POST', `${talk('07701000013')}/take-over`, { key: String(body['key']) });
    const rows = z
      .array(z.looseObject({}))
      .parse((await api.ask('GET', '/api/merchants/shop/audit?limit=1')).body['items']);
    expect(rows).toMatchObject([{ actor: `key:${String(body['id'])}`, action: 'conversation.taken-over' }]);
  });
});

describe('lists', () => {
  test('of conversations lead through all of them by cursor, each once', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await api.ask('GET', `/api/merchants/shop/conversations?limit=3${cursor}`);
      seen.push(
        ...z
          .array(z.object({ customer: z.string() }))
          .parse(body['items'])
          .map(({ customer }) => customer),
      );
      const next = z.string().nullable().parse(body['next']);
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(seen.length).toBeGreaterThan(8);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('of messages lead back in time', async () => {
    for (let n = 1; n <= 5; n += 1) await write('07701000020', `${n}`);
    const latest = conversation.parse((await api.ask('GET', `${talk('07701000020')}?limit=2`)).body);
    const earlier = conversation.parse(
      (await api.ask('GET', `${talk('07701000020')}?limit=3&cursor=${String(latest.next)}`)).body,
    );
    expect([...earlier.messages, ...latest.messages].map(({ text }) => text)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
    expect(earlier.next).toBeNull();
  });
});

describe('a line', () => {
  test('stops and starts as often as it is asked, keeps its history, and says what to do', async () => {
    const act = async (action: string) =>
      lineShape.parse((await api.ask('POST', `/api/merchants/neighbour/lines/sim/${action}`, {})).body);
    expect(await act('stop')).toMatchObject({
      state: 'stopped',
      quality: 'lost',
      advice: [{ code: 'start-line' }],
    });
    const before = await act('stop');
    expect(before.history.map(({ state }) => state)).toEqual(['stopped', 'connected']);
    expect(await act('start')).toMatchObject({ state: 'connected', advice: [] });
    expect((await act('restart')).history.map(({ state }) => state)).toEqual([
      'connected',
      'stopped',
      'connected',
      'stopped',
      'connected',
    ]);
    expect((await act('logout')).state).toBe('logged-out');
    expect((await api.ask('GET', '/api/merchants/neighbour/lines/sim/qr')).body['code']).toBe('no-qr');
    expect((await act('start')).state).toBe('connected');
  });

  test('of a channel that is not here yet is refused in so many words', async () => {
    const answer = await api.ask('POST', '/api/merchants/shop/lines', {
      body: {
        id: 'ig',
        channel: 'instagram',
        accountId: '17841400000000000',
        accessToken: 'x'.repeat(40),
        app: 'main',
      },
    });
    expect([answer.status, answer.body['code']]).toEqual([422, 'channel-not-available']);
  });

  test('that starts wakes the conversations that wait for it', async () => {
    await write('07701000030', 'hello');
    await api.ask('POST', `${talk('07701000030')}/messages`, { body: { text: 'one moment' } });
    await api.ask('POST', '/api/merchants/shop/lines/sim/restart', {});
    expect((await told('07701000030')).signals).toContain('wake');
  });
});
