import { join } from 'node:path';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RunningZajel, type ReceivedMessage } from '../support/running-zajel.ts';

const order = z.object({
  category: z.string(),
  phase: z.string(),
  waiting: z.object({ reason: z.string() }).nullable(),
});

const watch = z.object({ sheet: z.object({ lastPollAt: z.string().nullable() }).nullable() });

/** Zajel as a shop owner has it: the file in its folder, saved by a spreadsheet program; the power fails now and then. */
describe('the orders file of a running Zajel', () => {
  const zajel = new RunningZajel();
  beforeAll(async () => {
    await zajel.start();
    const timings = { pollSeconds: 5, settleSeconds: 1 };
    expect((await zajel.must('PATCH', '/api/merchants/demo/settings', { timings })).status).toBe(200);
    expect((await zajel.must('POST', '/api/automation/start', { merchant: 'demo' })).status).toBe(200);
    // What stands in the file at the first look is where everything begins: only what changes after it is told.
    while ((await firstLook()) === null) await pause(100);
  }, 240_000);
  afterAll(() => zajel.remove(), 30_000);

  const firstLook = async (): Promise<string | null> =>
    watch.parse((await zajel.must('GET', '/api/automation/status?merchant=demo')).body).sheet?.lastPollAt ??
    null;
  const file = (): string => join(zajel.folder, 'sheets', 'orders.csv');
  const cells = (id: string): string[] =>
    readFileSync(file(), 'utf8')
      .split(/\r?\n/)
      .map((line) => line.split(','))
      .find(([first]) => first === id) ?? [];
  /** As LibreOffice and Excel save: the whole file anew beside it, then in its place. */
  const saved = (change: (text: string) => string): void => {
    const beside = join(zajel.folder, 'sheets', 'lu5tmp.tmp');
    writeFileSync(beside, change(readFileSync(file(), 'utf8')));
    renameSync(beside, file());
  };
  const setStatus = (id: string, status: string): void =>
    saved((text) => text.replace(new RegExp(`^(${id}(?:,[^,]*){8},)[^,]*`, 'm'), `$1${status}`));
  const written = async (id: string, status: string): Promise<void> => {
    while (cells(id)[9] !== status) await pause(200);
  };
  const look = async (id: string): Promise<z.output<typeof order>> =>
    order.parse((await zajel.must('GET', `/api/merchants/demo/orders/${id}`)).body);
  /** A poll whose worker died is taken up by the next start: on a busy machine that is a matter of a minute. */
  const heard = (to: string, count = 1): Promise<ReceivedMessage[]> => zajel.answered(to, count, 150_000);
  const texts = (messages: readonly ReceivedMessage[]): string[] => messages.map(({ text }) => text);

  it('says what its edits call for, once, and holds the customer’s answer, whenever the power fails', async () => {
    setStatus('1002', 'لم يتم الرد');
    saved((text) => `${text}1006,2026-01-13,عمر فتحي,1000000006,أسوان,شارع السوق,قميص قطن,1,350,,,\r\n`);
    await zajel.kill();
    await zajel.start();
    expect(texts(await heard('201000000002'))[0]).toContain('كريم حسن');
    expect(texts(await heard('201000000006'))[0]).toContain('350 جنيه');
    await zajel.say('201000000006', 'أؤكد', 'm1');
    await zajel.kill();
    await zajel.start();
    await written('1006', 'تم التأكيد');
    expect(texts(await heard('201000000006', 2))[1]).toContain('1006');
    await zajel.kill();
    await zajel.start();
    await pause(6_000);
    expect(await zajel.received('201000000006')).toHaveLength(2);
    expect(await zajel.received('201000000002')).toHaveLength(1);
    while (!cells('1002').includes('تم الإرسال')) await pause(200);
    expect(cells('1002')).toContain('لم يتم الرد');
    expect(await zajel.received('201000000001')).toEqual([]);
  }, 400_000);

  it('is not written under an open program, the order says so, and it is written when that is closed', async () => {
    const lock = join(zajel.folder, 'sheets', '.~lock.orders.csv#');
    writeFileSync(lock, '');
    await zajel.say('201000000002', 'الغاء', 'm2');
    expect(texts(await heard('201000000002', 2))[1]).toContain('1002');
    // The reminder that waited for an answer is over at once, not when the file is closed.
    const told = await look('1002');
    expect(told.category).toBe('cancelled');
    expect([undefined, 'file-open']).toContain(told.waiting?.reason);
    while ((await look('1002')).waiting?.reason !== 'file-open') await pause(500);
    expect(cells('1002')[9]).toBe('لم يتم الرد');
    rmSync(lock);
    await written('1002', 'ملغي');
    while ((await look('1002')).phase !== 'done') await pause(500);
  }, 400_000);
});
