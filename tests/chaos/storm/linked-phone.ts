import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { endProcessesOf, processesOf } from '../../../channels/whatsapp-web/processes.ts';
import { pathsOf } from '../../../channels/whatsapp-web/settings.ts';
import type { MerchantId } from '../../../domain/ids.ts';
import { browserFor } from '../../doubles/whatsapp-page/browser.ts';
import { startWhatsAppDouble, type WhatsAppDouble } from '../../doubles/whatsapp-page/double.ts';
import type { Phone } from '../../doubles/whatsapp-page/phone.ts';
import type { Fleet } from '../../support/grown-up/fleet.ts';
import { browsersOn } from '../line-browsers.ts';
import type { Wire } from './customers.ts';

const SHOP = '201000000001';
const LINE = 'phone';
const lineView = z.object({ state: z.string() });

/** The shop's own phone: one of the workers holds it in a real Chromium, whose page is WhatsApp's double. */
export class LinkedPhone {
  readonly #double: WhatsAppDouble;
  readonly #phone: Phone;
  readonly #profile: string;
  /** What the workers have to know. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(double: WhatsAppDouble, chromium: string, merchant: MerchantId, folder: string) {
    this.#double = double;
    this.#phone = double.phone(SHOP);
    this.#profile = pathsOf(join(folder, 'sessions', merchant, LINE)).profile;
    this.env = {
      HOLD_LINES: 'true',
      CHROMIUM_PATH: browserFor(double, chromium, folder),
      WHATSAPP_WEB_VERSION: double.version,
      WHATSAPP_WEB_CACHE: double.cache,
    };
  }

  /** `folder`: the workers' `ZAJEL_DATA`. */
  static async prepare(chromium: string, merchant: MerchantId, folder: string): Promise<LinkedPhone> {
    const directory = join(folder, 'whatsapp-double');
    mkdirSync(directory, { recursive: true });
    return new LinkedPhone(await startWhatsAppDouble({ directory }), chromium, merchant, folder);
  }

  /** Creates the line, without limits on its pace, and scans its code. */
  async link(fleet: Fleet, merchant: MerchantId): Promise<void> {
    const line = `/api/merchants/${merchant}/lines/${LINE}`;
    await fleet.ask('POST', `/api/merchants/${merchant}/lines`, {
      id: LINE,
      channel: 'whatsapp-web',
      pace: null,
    });
    await fleet.ask('POST', `${line}/start`);
    for (let state = ''; state !== 'connected';) {
      ({ state } = lineView.parse(await fleet.ask('GET', line)));
      // A code that is scanned before the line has asked for it was never shown.
      if (state === 'needs-qr') this.#phone.scan();
      await pause(300);
    }
  }

  readonly wire: Wire = {
    say: (from, body) => void this.#phone.receive({ from, body }),
    arrivedSince: (count) =>
      this.#phone
        .sent()
        .slice(count)
        .map(({ chat }) => numberOf(chat)),
  };

  /** To whom, and what: a phone knows no keys of ours. */
  sent(): { readonly to: string; readonly text: string }[] {
    return this.#phone.sent().map(({ chat, text }) => ({ to: numberOf(chat), text }));
  }

  async browsers(): Promise<number[]> {
    return (await browsersOn(this.#profile)).map(({ pid }) => pid);
  }
  async pages(): Promise<number[]> {
    const all = await processesOf(this.#profile);
    return all.filter(({ command }) => command.includes('--type=renderer')).map(({ pid }) => pid);
  }
  async processes(): Promise<number[]> {
    return (await processesOf(this.#profile)).map(({ pid }) => pid);
  }
  network(state: 'up' | 'cut'): void {
    this.#double.network(state);
  }

  async close(): Promise<void> {
    await endProcessesOf(this.#profile);
    await this.#double.stop();
  }
}

const numberOf = (chat: string): string => chat.replace(/@.*$/, '');
