import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { orAbsent } from './files.ts';

/** Where the page of WhatsApp Web comes from this time. */
export type PageSource =
  | { readonly from: 'configured'; readonly version: string; readonly html: string }
  | { readonly from: 'known-good'; readonly version: string; readonly html: string }
  | { readonly from: 'live' };

const KEPT_PAGES = 3;

/**
 * WhatsApp changes its page without notice and the library may not understand the new one yet. A page that worked
 * here is kept; when the chosen one does not start, the next source is tried: configured, last known good, live.
 */
export class PageChoice {
  readonly #folder: string;
  readonly #configured: { readonly version: string; readonly cache: string } | null;
  #failures = 0;

  constructor(folder: string, configured: { readonly version: string; readonly cache: string } | null) {
    this.#folder = folder;
    this.#configured = configured;
  }

  async choose(): Promise<PageSource> {
    const sources = await this.#sources();
    return sources[this.#failures % sources.length] ?? { from: 'live' };
  }
  failed(): void {
    this.#failures++;
  }
  /** The page came up: it is remembered, and the next start begins with the same source again. */
  async worked(version: string, html: string | null): Promise<void> {
    if (html === null || !/^[\w.-]+$/.test(version)) return;
    await writeFile(path.join(this.#folder, `${version}.html`), html, { mode: 0o600 });
    for (const old of (await this.#known()).slice(KEPT_PAGES)) await rm(path.join(this.#folder, old));
  }

  async #sources(): Promise<PageSource[]> {
    const configured = this.#configured;
    const html =
      configured &&
      (await orAbsent(readFile(path.join(configured.cache, `${configured.version}.html`), 'utf8')));
    const first: PageSource[] =
      configured && html !== null ? [{ from: 'configured', version: configured.version, html }] : [];
    const [newest] = await this.#known();
    const known: PageSource[] =
      newest === undefined
        ? []
        : [
            {
              from: 'known-good',
              version: newest.replace(/\.html$/, ''),
              html: await readFile(path.join(this.#folder, newest), 'utf8'),
            },
          ];
    // Nothing configured: the live page is the normal one and the kept one the way out.
    return first.length > 0 ? [...first, ...known, { from: 'live' }] : [{ from: 'live' }, ...known];
  }

  async #known(): Promise<string[]> {
    const names = ((await orAbsent(readdir(this.#folder))) ?? []).filter((name) => name.endsWith('.html'));
    const dated = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(path.join(this.#folder, name))).mtimeMs })),
    );
    return dated.sort((a, b) => b.at - a.at).map(({ name }) => name);
  }
}
