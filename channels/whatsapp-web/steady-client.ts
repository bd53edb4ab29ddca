import whatsapp from 'whatsapp-web.js';
import { LIBRARY_PAGE_URL } from './page.ts';
import type { PageSource } from './web-version.ts';

export type Page = NonNullable<whatsapp.Client['pupPage']>;
export type Browser = NonNullable<whatsapp.Client['pupBrowser']>;

// Methods that the library has and its typings leave out.
declare module 'whatsapp-web.js' {
  interface Client {
    inject(): Promise<void>;
    initWebVersionCache(): Promise<void>;
    attachEventListeners(): Promise<void>;
  }
}

export interface ClientHooks {
  /** The browser runs and has its page; nothing is loaded yet. */
  onBrowser(browser: Browser, page: Page): Promise<void>;
  /** The library could not get hold of the page after a later load of it. */
  onLostPage(error: unknown): void;
  /** Something small went wrong that other listeners notice by themselves: for the log. */
  onNoise(error: unknown): void;
  /** The library wanted to close the browser by itself (a socket state that it does not accept). We decide. */
  onGaveUp(): void;
}

/**
 * The library's client with its three loose ends tied: it deletes the login on `LOGOUT` (here nothing is deleted), it closes
 * the browser by itself, and it lets errors of its own listeners become unhandled rejections, which end the whole process.
 */
export class SteadyClient extends whatsapp.Client {
  readonly #hooks: ClientHooks;
  readonly #source: PageSource;
  #injectedOnce = false;
  #listening = false;
  #html: string | null = null;

  constructor(
    options: { profile: string; executable: string; args: string[]; authTimeoutMs: number },
    source: PageSource,
    hooks: ClientHooks,
  ) {
    super({
      authStrategy: new KeepLogin(async () => {
        if (this.pupBrowser && this.pupPage) await hooks.onBrowser(this.pupBrowser, this.pupPage);
      }),
      authTimeoutMs: options.authTimeoutMs,
      webVersionCache: { type: 'none' },
      puppeteer: {
        executablePath: options.executable,
        args: options.args,
        userDataDir: options.profile,
        headless: true,
        // A pipe instead of a port: nobody else can reach the browser, and it ends with the process that owns it.
        pipe: true,
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        protocolTimeout: 180_000,
      },
    });
    this.#hooks = hooks;
    this.#source = source;
  }

  override async inject(): Promise<void> {
    if (!this.#injectedOnce) {
      await super.inject();
      this.#injectedOnce = true;
      return;
    }
    try {
      await super.inject();
    } catch (error) {
      this.#hooks.onLostPage(error);
    }
  }

  /** `ready` is also emitted by a second attempt whose listeners were never attached: this tells the two apart. */
  get listening(): boolean {
    return this.#listening;
  }
  override async attachEventListeners(): Promise<void> {
    this.#listening = false;
    await super.attachEventListeners();
    this.#listening = true;
  }

  /** Serves the chosen page (also for the address that a logout leads to), or keeps the live one for later. */
  override async initWebVersionCache(): Promise<void> {
    const page = this.pupPage;
    if (!page) return;
    if (this.#source.from === 'live') {
      page.on('response', (response) => {
        if (response.url() !== LIBRARY_PAGE_URL || !response.ok()) return;
        response.text().then(
          (html) => (this.#html = html),
          // Gone before it could be read: then there is no copy of this one.
          () => (this.#html = null),
        );
      });
      return;
    }
    const { html } = this.#source;
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const { origin, pathname } = new URL(request.url());
      const answered =
        request.isNavigationRequest() && `${origin}${pathname}` === LIBRARY_PAGE_URL
          ? request.respond({ status: 200, contentType: 'text/html; charset=utf-8', body: html })
          : request.continue();
      // The page went away meanwhile: the listeners on it say so.
      answered.catch((error: unknown) => this.#hooks.onNoise(error));
    });
  }

  /** The library calls this by itself when it meets a state that it does not accept. Closing is the connection's decision. */
  override destroy(): Promise<void> {
    this.#hooks.onGaveUp();
    return Promise.resolve();
  }

  /** The live page's text, when it was served live. */
  get liveHtml(): string | null {
    return this.#html;
  }
}

/** An auth strategy that never deletes anything: the profile itself is the login. */
class KeepLogin extends whatsapp.NoAuth {
  override afterBrowserInitialized: () => Promise<void>;
  constructor(onBrowser: () => Promise<void>) {
    super();
    this.afterBrowserInitialized = onBrowser;
  }
}
