import { randomBytes } from 'node:crypto';
import { accessSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lineId, merchantId, messageKey, turnId } from '../../domain/ids.ts';
import type { Inbound, Outgoing } from '../../domain/message.ts';
import type { BackupKeys } from '../../channels/whatsapp-web/backup.ts';
import type { Connection } from '../../channels/whatsapp-web/connection.ts';
import { keep } from '../../channels/whatsapp-web/keep.ts';
import { readMemory } from '../../channels/whatsapp-web/memory.ts';
import type { LineSettings } from '../../channels/whatsapp-web/settings.ts';
import type { LineCallbacks, LineState, ShownQr, StateChange } from '../../channels/whatsapp-web/state.ts';
import type { Timings } from '../../channels/whatsapp-web/timings.ts';
import { startWhatsAppDouble, type WhatsAppDouble } from '../doubles/whatsapp-page/double.ts';
import type { Phone } from '../doubles/whatsapp-page/phone.ts';

export const CHROMIUM =
  process.env['CHROMIUM_PATH'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(exists);
export const SHOP = '201000000001';
export const CUSTOMER = '201112223334';

/** The real waits compressed; what is not named keeps its real value. */
export const FAST: Partial<Timings> = {
  probeEveryMs: 500,
  probeTimeoutMs: 2_500,
  roundTripEveryMs: 1_000,
  roundTripTimeoutMs: 2_500,
  readyTimeoutMs: 8_000,
  syncTimeoutMs: 15_000,
  startTimeoutMs: 25_000,
  takeoverAfterMs: 200,
  backupEveryMs: 1_000,
  confirmNotFoundMs: 300,
  typing: { perCharacterMs: 0, minMs: 0, maxMs: 0 },
  closeTimeoutMs: 1_500,
  retryMs: { first: 200, most: 1_000 },
};

export interface Line {
  readonly settings: LineSettings;
  readonly heard: Inbound[];
  readonly states: StateChange[];
  readonly qrs: (ShownQr | null)[];
  readonly codes: string[];
  readonly logs: { event: string; fields: Readonly<Record<string, unknown>> }[];
  readonly connection: Connection | null;
  /** Refuses what is handed on, as a store that is away. */
  refuseInbound: boolean;
  up(): Promise<Connection>;
  reached(state: LineState, sinceIndex?: number): Promise<StateChange>;
  stop(): Promise<void>;
}

export interface Rig {
  readonly double: WhatsAppDouble;
  readonly phone: Phone;
  readonly directory: string;
  line(options?: {
    directory?: string;
    timings?: Partial<Timings>;
    webVersion?: string;
    webCache?: string;
    keys?: BackupKeys;
  }): Promise<Line>;
  /** A line that is linked and connected. */
  linked(options?: { timings?: Partial<Timings> }): Promise<Line>;
  close(): Promise<void>;
}

/** The double, a folder, and lines on it that are kept up as in production but for the compressed waits. */
export async function rig(): Promise<Rig> {
  const root = mkdtempSync(path.join(tmpdir(), 'zajel-whatsapp-'));
  const double = await startWhatsAppDouble({ directory: path.join(root, 'double') });
  const directory = path.join(root, 'line');
  const key = new Uint8Array(randomBytes(32));
  const lines: Line[] = [];
  const self: Rig = {
    double,
    directory,
    phone: double.phone(SHOP),
    async line(options = {}) {
      const made = await makeLine({
        account: 'main',
        directory: options.directory ?? directory,
        backupKeys: options.keys ?? [key],
        webVersion: options.webVersion ?? double.version,
        webCache: options.webCache ?? double.cache,
        browserArgs: double.browserArgs,
        ...(CHROMIUM === undefined ? {} : { chromiumPath: CHROMIUM }),
        timings: { ...FAST, ...options.timings },
      });
      lines.push(made);
      return made;
    },
    async linked(options = {}) {
      const line = await self.line(options);
      await line.reached('needs-qr');
      await until('the scan', () => self.phone.scan());
      await line.up();
      return line;
    },
    async close() {
      for (const line of lines) await line.stop();
      await double.stop();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return self;
}

async function makeLine(base: Omit<LineSettings, 'memory'>): Promise<Line> {
  const settings: LineSettings = { ...base, memory: await readMemory(base) };
  const over = new AbortController();
  let connection: Connection | null = null;
  const heard: Inbound[] = [];
  const states: StateChange[] = [];
  const qrs: (ShownQr | null)[] = [];
  const codes: string[] = [];
  const logs: Line['logs'] = [];
  const callbacks: LineCallbacks = {
    onState: (change) => void states.push(change),
    onQr: (qr) => void qrs.push(qr),
    onPairingCode: (code) => void codes.push(code),
    onInbound: (inbound) => {
      if (line.refuseInbound) return Promise.reject(new Error('the store is away'));
      heard.push(inbound);
      return Promise.resolve();
    },
    onLog: (event, fields) => {
      logs.push({ event, fields });
      if (process.env['SHOW_LINE'])
        process.stderr.write(`${new Date().toISOString()} ${event} ${JSON.stringify(fields)}\n`);
    },
  };
  const kept = keep(settings, callbacks, over.signal, (now) => (connection = now));
  // Looked at when the line is stopped, and by tests that expect a refusal.
  kept.catch((error: unknown) => logs.push({ event: 'refused', fields: { error } }));
  const line: Line = {
    settings,
    heard,
    states,
    qrs,
    codes,
    logs,
    refuseInbound: false,
    get connection() {
      return connection;
    },
    up: () => until('connected', () => (connection?.state === 'connected' ? connection : null)),
    reached: (state, since = 0) =>
      until(`state ${state}`, () => states.slice(since).find((one) => one.state === state)),
    async stop() {
      over.abort();
      await kept.catch(() => undefined);
    },
  };
  return line;
}

/** Waits for a fact, not for a time. */
export async function until<Fact>(
  what: string,
  look: () => Fact | Promise<Fact>,
  ms = 45_000,
): Promise<NonNullable<Exclude<Fact, false>>> {
  for (const end = Date.now() + ms; ;) {
    const fact = await look();
    if (found(fact)) return fact;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export function outgoing(key: string, text: string, to = CUSTOMER): Outgoing {
  return {
    merchant: merchantId('demo'),
    line: lineId('main'),
    key: messageKey(key),
    to: { address: to },
    text,
    part: 0,
    parts: 1,
    by: 'bot',
    turn: turnId('turn'),
  };
}
export const context = (timeoutMs = 10_000): { signal: AbortSignal; timeoutMs: number } => ({
  signal: new AbortController().signal,
  timeoutMs,
});

function exists(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}

function found<Fact>(fact: Fact): fact is NonNullable<Exclude<Fact, false>> {
  return fact !== null && fact !== undefined && fact !== false;
}
