import type { Http } from './http.ts';
import * as shapes from './order-shapes.ts';
import type { ReadPage } from './paged.ts';
import { listOf, anything } from './shapes.ts';

const q = encodeURIComponent;

export interface OrderFilter {
  readonly category: string;
  readonly phase: string;
  readonly text: string;
}

/** What is kept about a sheet, as it is typed. */
export type SheetWanted = {
  readonly columns: Readonly<Record<string, string>>;
  readonly line: string;
  readonly tab?: string;
} & (
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'google'; readonly spreadsheet: string; readonly credentials?: unknown }
);

/** A sheet that is far away, or long, takes its time. */
const READING_MS = 40_000;

/** The calls about orders, their sheet and their messages. */
export class OrderCalls {
  readonly #http: Http;
  readonly #base: string;
  readonly #merchant: string;
  constructor(http: Http, base: string, merchant: string) {
    this.#http = http;
    this.#base = base;
    this.#merchant = merchant;
  }

  list({ category, phase, text }: OrderFilter): ReadPage<shapes.OrderSummary> {
    const filter = Object.entries({ category, phase, q: text.trim() }).filter(([, value]) => value !== '');
    return ({ cursor, limit }, signal) => {
      const query = new URLSearchParams([
        ['limit', String(limit)],
        ...filter,
        ...(cursor === null ? [] : [['cursor', cursor]]),
      ] as [string, string][]);
      const path = `${this.#base}/orders?${query.toString()}`;
      return this.#http.call(path, listOf(shapes.orderSummary), { signal });
    };
  }
  one(id: string, signal: AbortSignal) {
    return this.#http.call(`${this.#base}/orders/${q(id)}`, shapes.order, { signal });
  }
  resend(id: string, type: string) {
    return this.#http.call(`${this.#base}/orders/${q(id)}/resend`, shapes.order, {
      method: 'POST',
      body: type === '' ? {} : { type },
      timeoutMs: READING_MS,
      adds: true,
    });
  }
  decide(id: string, decision: 'confirm' | 'cancel') {
    return this.#post(`orders/${q(id)}/${decision}`, shapes.order, {});
  }
  csv() {
    return this.#http.file(`${this.#base}/orders.csv`);
  }
  statistics(from: string, signal: AbortSignal) {
    return this.#http.call(`${this.#base}/statistics?from=${q(from)}`, shapes.statistics, { signal });
  }

  sheet(signal: AbortSignal) {
    return this.#http.call(`${this.#base}/sheet`, shapes.sheet, { signal });
  }
  connect(wanted: SheetWanted) {
    return this.#http.call(`${this.#base}/sheet`, shapes.sheet, { method: 'PUT', body: wanted });
  }
  preview(wanted: SheetWanted) {
    return this.#post('sheet/preview', shapes.preview, wanted);
  }
  dryRun() {
    return this.#post('sheet/dry-run', shapes.preview, {});
  }
  adopt(limit: number) {
    return this.#http.call(`${this.#base}/sheet/adopt`, shapes.adopted, {
      method: 'POST',
      body: { limit },
      timeoutMs: READING_MS,
      adds: true,
    });
  }

  automation(signal: AbortSignal) {
    const path = `/api/automation/status?merchant=${q(this.#merchant)}`;
    return this.#http.call(path, shapes.automation, { signal });
  }
  run(running: boolean) {
    const path = `/api/automation/${running ? 'start' : 'stop'}`;
    return this.#http.call(path, shapes.automation, { method: 'POST', body: { merchant: this.#merchant } });
  }

  templates(signal: AbortSignal) {
    return this.#http.call(`${this.#base}/templates`, listOf(shapes.template), { signal });
  }
  saveTemplate(type: string, text: string, discount: number | null) {
    return this.#http.call(`${this.#base}/templates/${q(type)}`, shapes.template, {
      method: 'PUT',
      body: { text, discount },
    });
  }
  resetTemplate(type: string) {
    return this.#http.call(`${this.#base}/templates/${q(type)}`, anything, { method: 'DELETE' });
  }
  render(type: string, text: string, discount: number | null, signal: AbortSignal) {
    return this.#http.call(`${this.#base}/templates/${q(type)}/render`, shapes.template, {
      method: 'POST',
      body: { text, discount },
      signal,
    });
  }

  statusWords(signal: AbortSignal) {
    return this.#http.call(`${this.#base}/status-words`, listOf(shapes.statusWord), { signal });
  }
  mapWord(word: string, category: string) {
    return this.#http.call(`${this.#base}/status-words`, shapes.statusWord, {
      method: 'PUT',
      body: { word, category },
    });
  }
  forgetWord(word: string) {
    return this.#http.call(`${this.#base}/status-words?word=${q(word)}`, anything, { method: 'DELETE' });
  }

  #post<Schema extends Parameters<Http['call']>[1]>(path: string, schema: Schema, body: unknown) {
    return this.#http.call(`${this.#base}/${path}`, schema, { method: 'POST', body, timeoutMs: READING_MS });
  }
}
