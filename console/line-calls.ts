import type { Http } from './http.ts';
import type { MessageType } from './order-shapes.ts';
import type { ReadPage } from './paged.ts';
import * as shapes from './shapes.ts';

const q = encodeURIComponent;

export type LineAction = 'start' | 'stop' | 'restart' | 'logout';
/** A browser that opens or closes, a phone that is told. */
const ACTING_MS = 60_000;

/** The calls about lines and the accounts behind them. */
export class LineCalls {
  readonly #http: Http;
  readonly #base: string;
  readonly #merchant: string;
  constructor(http: Http, base: string, merchant: string) {
    this.#http = http;
    this.#base = `${base}/lines`;
    this.#merchant = merchant;
  }

  readonly page: ReadPage<shapes.Line> = ({ cursor, limit }, signal) =>
    this.#http.call(
      `${this.#base}?limit=${limit}${cursor === null ? '' : `&cursor=${q(cursor)}`}`,
      shapes.listOf(shapes.line),
      { signal },
    );
  add(line: Readonly<Record<string, string>>) {
    return this.#http.call(this.#base, shapes.line, { method: 'POST', body: line, adds: true });
  }
  change(id: string, account: Readonly<Record<string, string>>) {
    return this.#http.call(`${this.#base}/${q(id)}`, shapes.line, { method: 'PATCH', body: account });
  }
  /** The approved template of one kind of order message; null takes it away. */
  setTemplate(id: string, type: MessageType, template: shapes.ApprovedTemplate | null) {
    return this.#http.call(`${this.#base}/${q(id)}`, shapes.line, {
      method: 'PATCH',
      body: { orderTemplates: { [type]: template } },
    });
  }
  remove(id: string) {
    return this.#http.call(`${this.#base}/${q(id)}`, shapes.anything, {
      method: 'DELETE',
      timeoutMs: ACTING_MS,
    });
  }
  act(id: string, action: LineAction) {
    return this.#http.call(`${this.#base}/${q(id)}/${action}`, shapes.line, {
      method: 'POST',
      body: {},
      timeoutMs: ACTING_MS,
    });
  }
  qr(id: string, signal: AbortSignal) {
    return this.#http.call(`${this.#base}/${q(id)}/qr`, shapes.lineQr, { signal });
  }
  pairingCode(id: string, phone: string) {
    return this.#http.call(`${this.#base}/${q(id)}/pairing-code`, shapes.pairingCode, {
      method: 'POST',
      body: { phone },
      timeoutMs: ACTING_MS,
    });
  }
  clearSession(id: string) {
    return this.#http.call('/api/whatsapp/persistent-connection', shapes.connectionAnswer, {
      method: 'POST',
      body: { merchant: this.#merchant, line: id, action: 'clear-session', confirm: true },
      timeoutMs: ACTING_MS,
    });
  }

  readonly metaApps: ReadPage<shapes.MetaApp> = ({ cursor, limit }, signal) =>
    this.#http.call(
      `/api/meta-apps?limit=${limit}${cursor === null ? '' : `&cursor=${q(cursor)}`}`,
      shapes.listOf(shapes.metaApp),
      { signal },
    );
  addMetaApp(app: Readonly<Record<string, string>>) {
    return this.#http.call('/api/meta-apps', shapes.metaApp, { method: 'POST', body: app, adds: true });
  }
}
