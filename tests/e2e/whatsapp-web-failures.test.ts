import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pathsOf } from '../../channels/whatsapp-web/settings.ts';
import { processesOf, type Process } from '../../channels/whatsapp-web/processes.ts';
import { historyOf } from '../../channels/whatsapp-web/catch-up.ts';
import { classify } from '../../channels/whatsapp-web/classify.ts';
import { whatsappWeb } from '../../channels/whatsapp-web/whatsapp-web.ts';
import { signal } from '../support/processes.ts';
import {
  CHROMIUM,
  context,
  CUSTOMER,
  outgoing,
  rig,
  until,
  type Line,
  type Rig,
} from './whatsapp-web-rig.ts';

// Real browsers on a busy machine: the waits are for facts, this is only the end of patience.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(CHROMIUM === undefined)(
  'a line comes back by itself, with its login (needs Chromium)',
  () => {
    let the: Rig;
    let line: Line;
    const reconnected: Record<string, number> = {};
    beforeAll(async () => {
      the = await rig();
      line = await the.linked();
    });
    afterAll(async () => {
      process.stdout.write(`reconnected after (ms): ${JSON.stringify(reconnected)}\n`);
      await the.close();
    });

    const processes = (): Promise<Process[]> => processesOf(pathsOf(the.directory).profile);
    const theBrowser = async (): Promise<Process> => {
      const browser = (await processes()).find(({ command }) => !command.includes('--type='));
      if (!browser) throw new Error('no browser runs');
      return browser;
    };

    /** Causes a failure, waits until it has been noticed and mended, and proves that the line carries messages again. */
    async function survives(
      kind: string,
      cause: () => Promise<void> | void,
      mended: () => Promise<void> | void = () => undefined,
      noticed: () => boolean = () => false,
    ): Promise<void> {
      await line.up();
      const seen = line.states.length;
      await cause();
      await until(
        `${kind} noticed`,
        () => noticed() || line.states.slice(seen).some(({ state }) => state !== 'connected'),
      );
      await mended();
      const began = Date.now();
      await until(`${kind} mended`, () => line.connection?.state === 'connected');
      reconnected[kind] = Date.now() - began;
      const text = `بعد ${kind}`;
      await whatsappWeb.send(await line.up(), outgoing(`after/${kind}`, text), context());
      expect(the.phone.sent().filter((one) => one.text === text)).toHaveLength(1);
      expect(line.states.slice(seen).map(({ state }) => state)).not.toContain('needs-qr');
      expect(the.phone.linkedDevices).toBe(1);
    }

    it('after the page’s process crashed', () =>
      survives('page-crash', async () => {
        for (const { pid, command } of await processes())
          if (command.includes('--type=renderer')) signal(pid, 'SIGKILL');
      }));

    it('after the browser was killed', () =>
      survives('browser-killed', async () => {
        process.kill((await theBrowser()).pid, 'SIGKILL');
      }));

    it('after the browser and its children were frozen', () =>
      survives('frozen', async () => {
        for (const { pid } of await processes()) signal(pid, 'SIGSTOP');
      }));

    it('after the page hung in an endless loop', () => survives('page-hung', () => the.phone.page('hang')));

    it('after the page said CONNECTED and was dead', () =>
      survives('get-state-lies', () => the.phone.page('lie')));

    it('after the page loaded anew by itself, with what came meanwhile', async () => {
      let id = '';
      const caughtUp = (): number => line.logs.filter(({ event }) => event === 'line.caught-up').length;
      // The reading after the failure before this one is over by then.
      await new Promise((wake) => setTimeout(wake, 1_000));
      const before = caughtUp();
      await survives(
        'page-reloaded',
        () => {
          the.phone.page('reload');
          id = the.phone.receive({ from: CUSTOMER, body: 'أثناء إعادة التحميل' });
        },
        undefined,
        // So quick that no heartbeat fell into it: the library has hold of the new page, and the chats were read.
        () => caughtUp() > before,
      );
      await until('what came meanwhile', () =>
        line.heard.some((one) => one.kind === 'message' && one.id.endsWith(id)),
      );
    });

    it('after another browser had taken the session', () =>
      survives('conflict', () => the.phone.page('conflict')));

    it('after another browser had taken the session while the page was loading and nobody heard of it', () =>
      survives('unheard-conflict', () => the.phone.page('unheard-conflict')));

    it('after the network was gone', () =>
      survives(
        'network-cut',
        () => the.double.network('cut'),
        () => the.double.network('up'),
      ));

    it('after a start in which the library authenticated and never became ready', () =>
      survives('authenticated-without-ready', async () => {
        the.double.world.faults.withoutReady = 1;
        process.kill((await theBrowser()).pid, 'SIGKILL');
        await until('authenticated', () =>
          line.states.some(({ why }) => why === 'authenticated-without-ready'),
        );
      }));

    it('after a start in which the page had synced before the library listened', () =>
      survives('synced-too-early', async () => {
        the.double.world.timings.syncDelayMs = -1;
        process.kill((await theBrowser()).pid, 'SIGKILL');
      }));

    it.each([
      ['silence', 'absent'],
      ['accepted-silence', 'present'],
    ] as const)(
      'a send cut off by the browser’s death (%s) is unknown, and the chat’s history settles it as %s',
      async (fault, found) => {
        const connection = await line.up();
        const text = `في منتصف الإرسال ${fault}`;
        the.phone.nextSends(fault);
        const sending = whatsappWeb
          .send(connection, outgoing(`cut/${fault}`, text), context())
          .then(() => null, classify);
        await until('the page has it', () => line.settings.memory.sends.isFlying(`cut/${fault}`));
        if (found === 'present')
          await until('WhatsApp has it', () => the.phone.sent().some((one) => one.text === text));
        process.kill((await theBrowser()).pid, 'SIGKILL');
        expect(await sending).toMatchObject({ class: 'unknown' });
        the.phone.nextSends('none');
        await until(
          'a new browser',
          () =>
            line.connection !== null &&
            line.connection !== connection &&
            line.connection.state === 'connected',
        );
        expect(
          await whatsappWeb.lookUp?.(await line.up(), outgoing(`cut/${fault}`, text), context()),
        ).toMatchObject({ found });
        expect(the.phone.sent().filter((one) => one.text === text)).toHaveLength(found === 'present' ? 1 : 0);
      },
    );

    it('reads what arrived while it was down, hands it on with the owner’s own words, and is not confused by doubles', async () => {
      await line.up();
      process.kill((await theBrowser()).pid, 'SIGKILL');
      await until('down', () => line.connection?.state !== 'connected');
      const id = the.phone.receive({ from: CUSTOMER, body: 'هل وصل طلبي؟' });
      const typed = the.phone.ownerTypes(CUSTOMER, 'نعم، وصل');
      await line.up();
      const heard = await until('the missed message', () =>
        line.heard.find((one) => one.kind === 'message' && one.id.endsWith(id)),
      );
      expect(heard).toMatchObject({ text: 'هل وصل طلبي؟' });
      await until('the owner’s words', () =>
        line.heard.find((one) => one.kind === 'echo' && one.id.endsWith(typed)),
      );
      // Our own words are echoes with their key, and only when they settle a lost send.
      expect(
        line.heard.filter((one) => one.kind === 'echo' && one.key === undefined && !one.id.endsWith(typed)),
      ).toEqual([]);
    });

    it('reads again what was missed when the next browser, too, ends before it has been accepted', async () => {
      const killed = async (): Promise<void> => {
        await line.up();
        process.kill((await theBrowser()).pid, 'SIGKILL');
        await until('down', () => line.connection?.state !== 'connected');
      };
      await killed();
      // The line was down for two hours.
      await line.settings.memory.seen.start(Date.now() - 2 * 3_600_000);
      const anHourAgo = Math.floor(Date.now() / 1_000) - 3_600;
      const refusals = (): number => line.logs.filter(({ event }) => event === 'line.inbound-refused').length;
      const before = refusals();
      line.refuseInbound = true;
      const missed = the.phone.receive({ from: CUSTOMER, body: 'كتبت قبل ساعة', t: anHourAgo });
      await until('a refusal', () => refusals() > before);
      const now = the.phone.receive({ from: CUSTOMER, body: 'وأكتب الآن' });
      // What stands in the page's history has been told to us before.
      const { client } = (await line.up()).usable();
      await until('the page to have it', async () =>
        (await historyOf(client, `${CUSTOMER}@c.us`, 3)).some(({ id }) => id._serialized.endsWith(now)),
      );
      await killed();
      line.refuseInbound = false;
      for (const id of [missed, now])
        await until('the message', () =>
          line.heard.some((one) => one.kind === 'message' && one.id.endsWith(id)),
        );
    });

    it('hands a message on again until it is accepted', async () => {
      await line.up();
      line.refuseInbound = true;
      const id = the.phone.receive({ from: CUSTOMER, body: 'المخزن غائب' });
      await until('a refusal', () => line.logs.some(({ event }) => event === 'line.inbound-refused'));
      line.refuseInbound = false;
      await until('the message', () =>
        line.heard.some((one) => one.kind === 'message' && one.id.endsWith(id)),
      );
    });

    it('tells the browser’s memory and leaves no process behind when it is stopped', async () => {
      const connection = await line.up();
      const bytes = await until('a measure', () => connection.report().browserBytes);
      process.stdout.write(`browser memory: ${Math.round(bytes / 1024 / 1024)} MB\n`);
      expect(bytes).toBeGreaterThan(20 * 1024 * 1024);
      await line.stop();
      expect(await processes()).toEqual([]);
      expect(execFileSync('ls', ['-A', the.directory]).toString()).not.toContain('owner.json');
    });
  },
);
