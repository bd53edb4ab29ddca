import { browserArgs, findChromium } from './chromium.ts';
import { notHanded, wordsOf } from './classify.ts';
import { close } from './closing.ts';
import { Hearing } from './hearing.ts';
import { Life } from './life.ts';
import { watchStart } from './linking.ts';
import { listenToBrowser, listenToClient } from './listeners.ts';
import { ask, refreshQr } from './page.ts';
import { newFacts, showUp, type Parts } from './parts.ts';
import { prepare, type Prepared } from './prepare.ts';
import { QrLoop } from './qr-loop.ts';
import { reportOf } from './report.ts';
import { backUp, nextLookInMs, probe } from './rounds.ts';
import { pathsOf, timingsOf, type LineSettings } from './settings.ts';
import { StateLog, type Ended, type LineCallbacks, type LineReport, type LineState } from './state.ts';
import { SteadyClient, type Page } from './steady-client.ts';
import type { Timings } from './timings.ts';
import { VitalSigns } from './vital-signs.ts';
import { within } from './waiting.ts';
import type { PageSource } from './web-version.ts';

/**
 * Opens a line: one browser with one client, from its start to its end (`done`). What comes after the end is the caller's
 * policy. Resolves once the browser is being started. Throws `LineRefused` for what only a person can mend; a start that
 * fails otherwise is an end like any other.
 */
export async function open(settings: LineSettings, callbacks: LineCallbacks): Promise<Connection> {
  const executable = await findChromium(settings.chromiumPath);
  const source = await settings.memory.pages.choose();
  const prepared = await prepare(settings, (event, fields) => callbacks.onLog(event, fields));
  const connection = new Connection(settings, callbacks, prepared, executable, source);
  connection.start();
  return connection;
}

export class Connection {
  readonly #parts: Parts;

  constructor(
    settings: LineSettings,
    callbacks: LineCallbacks,
    prepared: Prepared,
    executable: string,
    source: PageSource,
  ) {
    const timings = timingsOf(settings);
    const paths = pathsOf(settings.directory);
    const signs = new VitalSigns(timings);
    const life = new Life(
      (event, fields) => callbacks.onLog(event, fields),
      (ended) => close(this.#parts, ended),
    );
    const options = {
      profile: paths.profile,
      executable,
      args: browserArgs(settings.browserArgs),
      authTimeoutMs: timings.startTimeoutMs / 2,
    };
    const client = new SteadyClient(options, source, {
      onBrowser: (browser, page) => listenToBrowser(this.#parts, browser, page),
      onLostPage: (error) => life.end({ how: 'failed', why: 'page-lost', detail: wordsOf(error) }),
      onNoise: (error) => callbacks.onLog('line.noise', { error: wordsOf(error) }),
      onGaveUp: () => callbacks.onLog('line.library-gave-up', {}),
    });
    this.#parts = {
      settings,
      timings,
      paths,
      callbacks,
      prepared,
      source,
      client,
      life,
      signs,
      state: new StateLog((change) => callbacks.onState(change)),
      hearing: new Hearing(client, settings.account, settings.memory, callbacks, life.over, () =>
        signs.heard(),
      ),
      qr: new QrLoop(timings.qrRefreshes, (qr) => callbacks.onQr(qr)),
      facts: newFacts(prepared.believedLinked),
    };
    listenToClient(this.#parts);
  }

  /** Resolves once, when browser and processes are gone and the folder is free again. */
  get done(): Promise<Ended> {
    return this.#parts.life.done;
  }
  get over(): AbortSignal {
    return this.#parts.life.over;
  }
  get settings(): LineSettings {
    return this.#parts.settings;
  }
  get timings(): Timings {
    return this.#parts.timings;
  }
  get state(): LineState {
    return this.#parts.state.now.state;
  }
  report(): LineReport {
    return reportOf(this.#parts);
  }

  start(): void {
    this.#parts.life.run('start', () => this.#start());
  }

  async #start(): Promise<void> {
    const { client, life, settings, timings } = this.#parts;
    try {
      await within(
        timings.startTimeoutMs,
        'starting browser and page',
        Promise.race([client.initialize(), life.endedEarly()]),
      );
    } catch (error) {
      const detail = wordsOf(error);
      // The library throws this string when the page never shows what it looks for: another version may.
      if (detail.includes('auth timeout')) settings.memory.pages.failed();
      life.end({ how: 'failed', why: 'start-failed', detail });
      return;
    }
    life.every(
      () => nextLookInMs(this.#parts),
      'probe',
      () => probe(this.#parts),
    );
    life.every(
      () => timings.backupEveryMs,
      'backup',
      () => backUp(this.#parts),
    );
    if (!this.#parts.facts.watchdog) watchStart(this.#parts, 'never-authenticated');
  }

  /** The page for a send or a question; else `line-down`, and nothing has been handed over. */
  usable(): { readonly client: SteadyClient; readonly page: Page } {
    const { client, facts, state } = this.#parts;
    const page = client.pupPage;
    const up = ['connected', 'no-new-chats'].includes(state.now.state) || state.now.why === 'page-slow';
    if (!up || !facts.ready || !page)
      throw notHanded('line-down', `the line is ${state.now.state} (${state.now.why})`);
    return { client, page };
  }

  /** Ends this browser; `why` is what the history shows. The login stays. */
  async stop(why = 'asked'): Promise<void> {
    this.#parts.life.end({ how: 'stopped', why });
    await this.done;
  }

  /** Somebody looks at the QR again after its loop has ended. */
  async freshQr(): Promise<void> {
    const { client, facts, qr, timings } = this.#parts;
    if (!client.pupPage || facts.ready) return;
    qr.again();
    await refreshQr(client.pupPage, timings.probeTimeoutMs);
  }

  /** A code to type into the phone instead of scanning; also told to `onPairingCode`. */
  async requestPairingCode(phone: string): Promise<string> {
    if (this.state !== 'needs-qr') throw notHanded('not-waiting-for-link', `the line is ${this.state}`);
    return within(
      this.timings.startTimeoutMs,
      'a pairing code',
      this.#parts.client.requestPairingCode(phone),
    );
  }

  /** Unlinks this device at WhatsApp, for a person who asked for it. */
  async logout(): Promise<void> {
    const { page } = this.usable();
    await ask(
      page,
      `window.require('WAWebSocketModel').Socket.logout()`,
      this.timings.startTimeoutMs,
      'logging out',
    );
  }

  /** WhatsApp lets this number answer, but not write first. Null lifts it. It outlives the browser. */
  restrictNewChats(why: string | null): void {
    this.settings.memory.restricted = why;
    if (this.state === 'connected' || this.state === 'no-new-chats') showUp(this.#parts);
  }
}
