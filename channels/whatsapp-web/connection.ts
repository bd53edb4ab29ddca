import { rm } from 'node:fs/promises';
import { browserArgs, findChromium, userAgentOf } from './chromium.ts';
import { missedSince } from './catch-up.ts';
import { notHanded, wordsOf } from './classify.ts';
import { replaceFile } from './files.ts';
import { Hearing } from './hearing.ts';
import { refreshQr, takeOver, tellSynced, whoAmI, type Identity } from './page.ts';
import { prepare, type Prepared } from './prepare.ts';
import { endProcessesOf, memoryOf } from './processes.ts';
import { sizeOf } from './profile.ts';
import { QrLoop } from './qr-loop.ts';
import { pathsOf, timingsOf, type LinePaths, type LineSettings } from './settings.ts';
import { StateLog, type Ended, type LineCallbacks, type LineReport, type LineState } from './state.ts';
import { SteadyClient, type Browser, type Page } from './steady-client.ts';
import type { Timings } from './timings.ts';
import { VitalSigns } from './vital-signs.ts';
import { within } from './waiting.ts';
import type { PageSource } from './web-version.ts';

/** Opens a line: one browser with one client, from its start to its end. What comes after the end is the caller's policy. */
export async function open(settings: LineSettings, callbacks: LineCallbacks): Promise<Connection> {
  const executable = await findChromium(settings.chromiumPath);
  const prepared = await prepare(settings, callbacks.onLog);
  const connection = new Connection(
    settings,
    callbacks,
    prepared,
    executable,
    await settings.memory.pages.choose(),
  );
  await connection.start();
  return connection;
}

export class Connection {
  readonly settings: LineSettings;
  readonly timings: Timings;
  /** Resolves once, when browser and processes are gone and the folder is free again. */
  readonly done: Promise<Ended>;
  readonly #callbacks: LineCallbacks;
  readonly #prepared: Prepared;
  readonly #paths: LinePaths;
  readonly #source: PageSource;
  readonly #client: SteadyClient;
  readonly #state: StateLog;
  readonly #qr: QrLoop;
  readonly #signs: VitalSigns;
  readonly #hearing: Hearing;
  readonly #over = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  #resolveDone: (ended: Ended) => void = () => undefined;
  #ready = false;
  #loggedOut = false;
  #believedLinked: boolean;
  #restricted: string | null = null;
  #watchdog: NodeJS.Timeout | null = null;
  #me: Identity | null = null;
  #lastProbe: { atMs: number; tookMs: number | null } | null = null;
  #connectedSince: number | null = null;
  #sizes: { browser: number | null; profile: number | null } = { browser: null, profile: null };
  #lastBackupAtMs: number | null = null;

  constructor(
    settings: LineSettings,
    callbacks: LineCallbacks,
    prepared: Prepared,
    executable: string,
    source: PageSource,
  ) {
    this.settings = settings;
    this.timings = timingsOf(settings);
    this.#callbacks = callbacks;
    this.#prepared = prepared;
    this.#believedLinked = prepared.believedLinked;
    this.#paths = pathsOf(settings.directory);
    this.#source = source;
    this.done = new Promise((resolve) => (this.#resolveDone = resolve));
    this.#state = new StateLog((change) => callbacks.onState(change));
    this.#qr = new QrLoop(this.timings.qrRefreshes, (qr) => callbacks.onQr(qr));
    this.#signs = new VitalSigns(this.timings);
    this.#client = new SteadyClient(
      {
        profile: this.#paths.profile,
        executable,
        args: browserArgs(settings.browserArgs),
        authTimeoutMs: Math.round(this.timings.startTimeoutMs / 2),
      },
      source,
      {
        onBrowser: (browser, page) => this.#attach(browser, page),
        onLostPage: (error) => this.#end({ how: 'failed', why: 'page-lost', detail: wordsOf(error) }),
        onNoise: (error) => callbacks.onLog('line.noise', { error: wordsOf(error) }),
        onGaveUp: () => callbacks.onLog('line.library-gave-up', {}),
      },
    );
    this.#hearing = new Hearing(
      this.#client,
      settings.account,
      settings.memory,
      callbacks,
      this.#over.signal,
      () => this.#signs.heard(),
    );
    this.#listen();
  }

  get state(): LineState {
    return this.#state.now.state;
  }
  get client(): SteadyClient {
    return this.#client;
  }
  get over(): AbortSignal {
    return this.#over.signal;
  }

  async start(): Promise<void> {
    try {
      await within(
        this.timings.startTimeoutMs,
        'starting browser and page',
        Promise.race([this.#client.initialize(), this.#endedEarly()]),
      );
    } catch (error) {
      const detail = wordsOf(error);
      // The library throws this string when the page never shows what it looks for: another version may.
      if (detail.includes('auth timeout')) this.settings.memory.pages.failed();
      this.#end({ how: 'failed', why: 'start-failed', detail });
      return;
    }
    this.#every(this.timings.probeEveryMs, () => this.#probe());
    this.#every(this.timings.backupEveryMs, () => this.#backUp());
    this.#watch('never-authenticated');
  }

  /** The page for a send or a question, or `line-down`: nothing has been handed over then. */
  usable(): { readonly client: SteadyClient; readonly page: Page } {
    const page = this.#client.pupPage;
    const usable =
      this.state === 'connected' ||
      this.state === 'no-new-chats' ||
      (this.state === 'degraded' && this.#state.now.why === 'page-slow');
    if (!usable || !page || !this.#ready)
      throw notHanded('line-down', `the line is ${this.state} (${this.#state.now.why})`);
    return { client: this.#client, page };
  }

  report(): LineReport {
    const { state, atMs, why } = this.#state.now;
    const took = this.#lastProbe?.tookMs ?? null;
    const up =
      this.#ready &&
      this.#signs.missed === 0 &&
      (state === 'connected' || state === 'no-new-chats' || why === 'page-slow');
    return {
      state,
      since: atMs,
      why,
      quality: !up
        ? 'lost'
        : took === null || took < 500
          ? 'excellent'
          : took < this.timings.slowMs
            ? 'good'
            : 'poor',
      lastProbeAtMs: this.#lastProbe?.atMs ?? null,
      answeredInMs: took,
      connectedSinceMs: this.#connectedSince,
      browserBytes: this.#sizes.browser,
      profileBytes: this.#sizes.profile,
      lastBackupAtMs: this.#lastBackupAtMs,
      qr: this.#qr.shown,
      pageFrom: this.#source.from,
      me: this.#me,
    };
  }

  /** Ends this browser. `why` is what the history shows. */
  async stop(why = 'asked'): Promise<void> {
    this.#end({ how: 'stopped', why });
    await this.done;
  }

  /** Somebody looks at the QR again after its loop has ended. */
  async freshQr(): Promise<void> {
    const page = this.#client.pupPage;
    if (!page || this.#ready) return;
    this.#qr.again();
    await refreshQr(page, this.timings.probeTimeoutMs);
  }

  /** A code to type into the phone instead of scanning; also told to `onPairingCode`. */
  async requestPairingCode(phone: string): Promise<string> {
    if (this.state !== 'needs-qr') throw notHanded('not-waiting-for-link', `the line is ${this.state}`);
    return within(this.timings.startTimeoutMs, 'a pairing code', this.#client.requestPairingCode(phone));
  }

  /** Unlinks this device at WhatsApp, for a person who asked for it. */
  async logout(): Promise<void> {
    const { page } = this.usable();
    await within(
      this.timings.startTimeoutMs,
      'logging out',
      page.evaluate(`window.require('WAWebSocketModel').Socket.logout()`),
    );
  }

  /** WhatsApp lets this number answer, but not write first. Null lifts it. */
  restrictNewChats(why: string | null): void {
    this.#restricted = why;
    if (this.state === 'connected' || this.state === 'no-new-chats') this.#up();
  }

  #listen(): void {
    const client = this.#client;
    client.on('qr', (qr) => void this.#onQr(qr));
    client.on('code', (code) => this.#callbacks.onPairingCode(code));
    client.on('loading_screen', () => this.#watch('never-ready'));
    client.on('authenticated', () => {
      this.#qr.scanned();
      this.#state.set('starting', 'authenticated');
      this.#watch('authenticated-without-ready');
    });
    client.on(
      'ready',
      () =>
        void this.#onReady().catch((error: unknown) =>
          this.#end({ how: 'failed', why: 'not-ready', detail: wordsOf(error) }),
        ),
    );
    client.on('disconnected', (reason) => this.#onDisconnected(String(reason)));
    client.on('change_state', (state) => {
      if (!this.#ready || this.#loggedOut) return;
      if (String(state) === 'CONNECTED') this.#up();
      else if (String(state) !== 'CONFLICT') this.#state.set('degraded', 'socket-opening');
    });
  }

  async #attach(browser: Browser, page: Page): Promise<void> {
    // The library attaches none of these: without them a dead page stays "connected" for ever.
    page.on('error', (error) => this.#end({ how: 'failed', why: 'page-crashed', detail: wordsOf(error) }));
    page.on('close', () => this.#end({ how: 'failed', why: 'page-closed', detail: 'the page was closed' }));
    browser.on('disconnected', () =>
      this.#end({ how: 'failed', why: 'browser-gone', detail: 'the browser ended' }),
    );
    page.on('framenavigated', (frame) => {
      if (frame.url().includes('post_logout=1')) void this.#onLogout();
    });
    await page.setUserAgent({ userAgent: userAgentOf(await browser.version()) });
  }

  async #onQr(qr: string): Promise<void> {
    this.#calm();
    if (this.#believedLinked && !this.#loggedOut) {
      // Nobody unlinked it, so the login was lost on this side: the next start puts a backup in its place.
      this.settings.memory.loginLost = true;
      return this.#end({
        how: 'failed',
        why: 'login-lost',
        detail: 'the page asks for a QR though the phone is linked',
      });
    }
    await this.#qr.came(qr);
    this.#state.set(
      'needs-qr',
      this.#qr.ended ? 'nobody-scanned' : this.#loggedOut ? 'unlinked-on-phone' : 'scan',
    );
  }

  async #onReady(): Promise<void> {
    if (this.#ready) return;
    const page = this.#client.pupPage;
    // `ready` is also said when the library's listeners could not be attached the first time.
    if (!page || !this.#client.listening) return;
    this.#me = await whoAmI(page, this.timings.probeTimeoutMs);
    this.#ready = true;
    this.#loggedOut = false;
    this.#believedLinked = true;
    this.#calm();
    this.#connectedSince = Date.now();
    await replaceFile(this.#paths.linked, JSON.stringify({ since: Date.now() }));
    await this.settings.memory.pages.worked(await this.#client.getWWebVersion(), this.#client.liveHtml);
    this.#up();
    void this.#catchUp(page, this.#me);
    void this.#backUp();
  }

  /** What arrived while the line was down comes first; only then what is heard now. */
  async #catchUp(page: Page, me: Identity): Promise<void> {
    const { seen } = this.settings.memory;
    const since = seen.untilMs;
    seen.owe(true);
    for (let attempt = 1; !this.#over.signal.aborted; attempt++) {
      try {
        const missed = since === null ? [] : await missedSince(this.#client, page, since);
        await this.#hearing.begin(me, missed);
        seen.owe(false);
        if (since === null) await seen.start(Date.now());
        this.#callbacks.onLog('line.caught-up', { messages: missed.length });
        return;
      } catch (error) {
        this.#callbacks.onLog('line.catch-up-failed', { attempt, error: wordsOf(error) });
        if (attempt === 3)
          return this.#end({ how: 'failed', why: 'history-unreadable', detail: wordsOf(error) });
      }
    }
  }

  #onDisconnected(reason: string): void {
    if (reason === 'LOGOUT') return void this.#onLogout();
    if (reason === 'CONFLICT') {
      this.#state.set('degraded', 'conflict');
      this.#after(this.timings.takeoverAfterMs, async () => {
        const page = this.#client.pupPage;
        if (page) await takeOver(page, this.timings.probeTimeoutMs);
      });
      return;
    }
    // The logout that usually follows says more.
    if (reason.startsWith('UNPAIRED')) return;
    if (reason === 'DEPRECATED_VERSION') this.settings.memory.pages.failed();
    this.#end({ how: 'failed', why: 'refused-by-whatsapp', detail: reason });
  }

  async #onLogout(): Promise<void> {
    if (this.#loggedOut) return;
    this.#loggedOut = true;
    this.#believedLinked = false;
    this.#ready = false;
    this.#state.set('logged-out', 'unlinked-on-phone');
    await rm(this.#paths.linked, { force: true });
    await this.#prepared.backups.retire(this.#paths.kept);
    this.#end({
      how: 'failed',
      why: 'logged-out',
      detail: 'this device was unlinked on the phone; the copies of the old login are kept aside',
    });
  }

  #up(): void {
    this.#state.set(
      this.#restricted === null ? 'connected' : 'no-new-chats',
      this.#restricted ?? 'connected',
    );
  }

  async #probe(): Promise<void> {
    const page = this.#client.pupPage;
    if (!page) return;
    const sign = await this.#signs.look(page, this.#ready);
    if (this.#over.signal.aborted) return;
    const verdict = this.#signs.judge(sign);
    this.#lastProbe = { atMs: Date.now(), tookMs: 'tookMs' in sign ? sign.tookMs : null };
    this.#sizes = { ...this.#sizes, browser: await memoryOf(this.#paths.profile) };
    try {
      await this.#prepared.claim.renew();
    } catch (error) {
      return this.#end({ how: 'failed', why: 'taken-over', detail: wordsOf(error) });
    }
    switch (verdict.is) {
      case 'dead':
        return this.#end({ how: 'failed', why: verdict.why, detail: verdict.detail });
      case 'ailing':
        if (this.#ready && this.#state.now.why !== 'conflict') this.#state.set('degraded', verdict.why);
        return;
      case 'well':
        if (this.#ready) this.#up();
        // The library listens for a moment that may have passed before it listened.
        else if ('vitals' in sign && sign.vitals.synced && !sign.vitals.injected && this.state === 'starting')
          await tellSynced(page, this.timings.probeTimeoutMs);
    }
  }

  async #backUp(): Promise<void> {
    if (this.state !== 'connected' && this.state !== 'no-new-chats') return;
    const result = await this.#prepared.backups.save();
    this.#sizes = { ...this.#sizes, profile: await sizeOf(this.#paths.profile) };
    if (result.did === 'saved') {
      this.#lastBackupAtMs = Date.now();
      this.settings.memory.triedBackups.clear();
    }
    if (result.did !== 'unchanged') this.#callbacks.onLog('line.backup', result);
  }

  /** A start that stands still is begun anew, with the login as it is. */
  #watch(why: string): void {
    this.#calm();
    if (this.#ready || this.state === 'needs-qr') return;
    this.#watchdog = this.#after(this.timings.readyTimeoutMs, () => {
      this.#end({ how: 'failed', why, detail: `nothing for ${this.timings.readyTimeoutMs} ms` });
      return Promise.resolve();
    });
  }
  #calm(): void {
    if (this.#watchdog) clearTimeout(this.#watchdog);
    this.#watchdog = null;
  }

  #every(ms: number, work: () => Promise<void>): void {
    this.#after(ms, async () => {
      await work().catch((error: unknown) => this.#failed(error));
      if (!this.#over.signal.aborted) this.#every(ms, work);
    });
  }
  #after(ms: number, work: () => Promise<void>): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work().catch((error: unknown) => this.#failed(error));
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
  #failed(error: unknown): void {
    if (this.#over.signal.aborted) return;
    const detail = wordsOf(error);
    this.#callbacks.onLog('line.step-failed', { error: detail });
  }

  async #endedEarly(): Promise<never> {
    await new Promise<void>((resolve) => this.#over.signal.addEventListener('abort', () => resolve()));
    throw new Error('the browser ended while it was starting');
  }

  #end(ended: Ended): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    if (ended.how === 'failed' && this.state !== 'logged-out') this.#state.set('degraded', ended.why);
    if (ended.how === 'stopped') this.#state.set('stopped', ended.why);
    void this.#close().then(() => this.#resolveDone(ended));
  }

  async #close(): Promise<void> {
    try {
      const closing = this.#client.pupBrowser?.close();
      if (closing) await within(this.timings.closeTimeoutMs, 'closing the browser', closing);
    } catch (error) {
      this.#callbacks.onLog('line.browser-killed', { because: wordsOf(error) });
    }
    await endProcessesOf(this.#paths.profile);
    await this.settings.memory.seen.save();
    await this.#prepared.claim.release();
  }
}
