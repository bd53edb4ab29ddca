import { createHash } from 'node:crypto';
import type { HeaderAliases } from '../domain/sheet-columns.ts';
import { fileSource } from './file/file-source.ts';
import { serviceAccountSchema } from './google/credentials.ts';
import { googleSource } from './google/google-source.ts';
import type { SheetSource } from './source.ts';

/** Where a sheet is, with its opened credentials where it has any. */
export type SheetPlace = (
  | { readonly kind: 'file'; readonly path: string; readonly tab?: string }
  | {
      readonly kind: 'google';
      readonly spreadsheet: string;
      readonly tab?: string;
      readonly tabId?: number;
      readonly credentials: unknown;
    }
) & { readonly columns: HeaderAliases };

export interface SourcesOptions {
  /** The data folder's `sheets/`. */
  readonly folder: string;
  /** `SHEETS_API_URL`. @default Google's own */
  readonly apiUrl?: string;
}

/** One source per sheet for as long as it is the same sheet: a Google source remembers its token and its tab. */
export class Sources {
  readonly #options: SourcesOptions;
  readonly #open = new Map<string, { readonly fingerprint: string; readonly source: SheetSource }>();
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  /** `name`: whose sheet it is. */
  of(name: string, place: SheetPlace): SheetSource {
    const fingerprint = createHash('sha256').update(JSON.stringify(place)).digest('base64');
    const known = this.#open.get(name);
    if (known?.fingerprint === fingerprint) return known.source;
    const source = this.fresh(place);
    this.#open.set(name, { fingerprint, source });
    return source;
  }

  /** For a look before anything is connected. */
  fresh(place: SheetPlace): SheetSource {
    if (place.kind === 'file') {
      const { path, tab, columns } = place;
      return fileSource(
        { folder: this.#options.folder, path, ...(tab === undefined ? {} : { tab }) },
        columns,
      );
    }
    const { spreadsheet, tab, tabId, credentials, columns } = place;
    return googleSource(
      {
        spreadsheet,
        credentials: serviceAccountSchema.parse(credentials),
        ...(tab === undefined ? {} : { tab }),
        ...(tabId === undefined ? {} : { tabId }),
        ...(this.#options.apiUrl === undefined ? {} : { apiUrl: this.#options.apiUrl }),
      },
      columns,
    );
  }

  /** Writes to one sheet take turns: two that meet would each find the other's edit and start over. */
  async inTurn<T>(name: string, write: () => Promise<T>): Promise<T> {
    const before = this.#writing.get(name) ?? Promise.resolve();
    const mine = before.then(write, write);
    const ended = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#writing.set(name, ended);
    try {
      return await mine;
    } finally {
      if (this.#writing.get(name) === ended) this.#writing.delete(name);
    }
  }
}
