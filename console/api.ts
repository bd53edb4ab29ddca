import { Http, randomId } from './http.ts';
import * as shapes from './shapes.ts';

const q = encodeURIComponent;

export interface Talk {
  readonly platform: string;
  readonly customer: string;
}

/** Only what was changed: the rest goes on following the installation’s defaults. */
export type SettingsChange = Partial<Omit<shapes.Settings, 'window'>> & {
  readonly window?: Partial<shapes.Settings['window']>;
};

export type TalkAction = 'take-over' | 'hand-back' | 'flush' | 'close';
export type LineAction = 'start' | 'stop' | 'restart';

/** Every call the console makes, for one key. */
export class Api {
  readonly #http: Http;
  constructor(key: string) {
    this.#http = new Http(key);
  }

  merchants(signal?: AbortSignal) {
    return this.#get('/api/merchants?limit=100', shapes.listOf(shapes.merchant), signal);
  }
  merchant(id: string) {
    return this.#get(`/api/merchants/${q(id)}`, shapes.merchant);
  }
  eventTicket() {
    return this.#http.call('/api/events/ticket', shapes.ticket, { method: 'POST', body: {} });
  }
  of(merchant: string): MerchantApi {
    return new MerchantApi(this.#http, merchant);
  }

  #get<Schema extends Parameters<Http['call']>[1]>(path: string, schema: Schema, signal?: AbortSignal) {
    return this.#http.call(path, schema, signal === undefined ? {} : { signal });
  }
}

export class MerchantApi {
  readonly #http: Http;
  readonly #base: string;
  readonly #merchant: string;
  constructor(http: Http, merchant: string) {
    this.#http = http;
    this.#merchant = merchant;
    this.#base = `/api/merchants/${q(merchant)}`;
  }

  conversations(
    { needsHuman, limit }: { readonly needsHuman: boolean; readonly limit: number },
    signal: AbortSignal,
  ) {
    const filter = needsHuman ? '&needsHuman=true' : '';
    return this.#http.call(
      `${this.#base}/conversations?limit=${limit}${filter}`,
      shapes.listOf(shapes.conversation),
      { signal },
    );
  }
  conversation(talk: Talk, cursor: string | null, signal: AbortSignal) {
    return this.#http.call(
      `${this.#talk(talk)}?limit=50${cursor === null ? '' : `&cursor=${q(cursor)}`}`,
      shapes.conversation,
      { signal },
    );
  }
  act(talk: Talk, action: TalkAction) {
    return this.#http.call(`${this.#talk(talk)}/${action}`, shapes.anything, { method: 'POST', body: {} });
  }
  answer(talk: Talk, text: string) {
    return this.#http.call(`${this.#talk(talk)}/messages`, shapes.anything, {
      method: 'POST',
      body: { text },
    });
  }

  lines(signal: AbortSignal) {
    return this.#http.call(`${this.#base}/lines?limit=100`, shapes.listOf(shapes.line), { signal });
  }
  line(id: string, signal: AbortSignal) {
    return this.#http.call(`${this.#base}/lines/${q(id)}`, shapes.line, { signal });
  }
  actOnLine(id: string, action: LineAction) {
    return this.#http.call(`${this.#base}/lines/${q(id)}/${action}`, shapes.anything, {
      method: 'POST',
      body: {},
    });
  }

  outbox(line: string, to: string, signal: AbortSignal) {
    const path = `/api/simulator/${q(this.#merchant)}/${q(line)}/outbox?limit=100&to=${q(to)}`;
    return this.#http.call(path, shapes.listOf(shapes.outboxItem), { signal });
  }
  writeAsCustomer(line: string, from: string, text: string) {
    const path = `/api/simulator/${q(this.#merchant)}/${q(line)}/messages`;
    return this.#http.call(path, shapes.anything, {
      method: 'POST',
      body: { from, text, id: `console-${randomId()}` },
    });
  }

  catalogue(cursor: string | null, signal: AbortSignal) {
    const path = `${this.#base}/catalogue?limit=100${cursor === null ? '' : `&cursor=${q(cursor)}`}`;
    return this.#http.call(path, shapes.listOf(shapes.product), { signal });
  }
  saveProduct({ id, ...product }: shapes.Product) {
    return this.#http.call(`${this.#base}/catalogue/${q(id)}`, shapes.anything, {
      method: 'PUT',
      body: product,
    });
  }
  deleteProduct(id: string) {
    return this.#http.call(`${this.#base}/catalogue/${q(id)}`, shapes.anything, { method: 'DELETE' });
  }

  hours(signal: AbortSignal) {
    return this.#http.call(`${this.#base}/hours`, shapes.hours, { signal });
  }
  saveHours(hours: shapes.Hours) {
    // Always open is the absence of hours.
    const wanted = hours === null ? { method: 'DELETE' as const } : { method: 'PUT' as const, body: hours };
    return this.#http.call(`${this.#base}/hours`, shapes.anything, wanted);
  }
  settings(signal: AbortSignal) {
    return this.#http.call(`${this.#base}/settings`, shapes.settings, { signal });
  }
  saveSettings(settings: SettingsChange) {
    return this.#http.call(`${this.#base}/settings`, shapes.settings, { method: 'PATCH', body: settings });
  }
  rules(signal: AbortSignal) {
    return this.#http.call(`${this.#base}/rules`, shapes.rules, { signal });
  }
  saveRules(rules: shapes.Rules) {
    return this.#http.call(`${this.#base}/rules`, shapes.rules, { method: 'PUT', body: rules });
  }

  keys(signal: AbortSignal) {
    return this.#http.call(`${this.#base}/keys?limit=100`, shapes.listOf(shapes.accessKey), { signal });
  }
  createKey(name: string, scopes: readonly string[]) {
    return this.#http.call(`${this.#base}/keys`, shapes.newKey, { method: 'POST', body: { name, scopes } });
  }
  revokeKey(id: string) {
    return this.#http.call(`${this.#base}/keys/${q(id)}`, shapes.anything, { method: 'DELETE' });
  }
  audit(cursor: string | null, signal: AbortSignal) {
    const path = `${this.#base}/audit?limit=50${cursor === null ? '' : `&cursor=${q(cursor)}`}`;
    return this.#http.call(path, shapes.listOf(shapes.auditRow), { signal });
  }

  #talk({ platform, customer }: Talk): string {
    return `${this.#base}/conversations/${q(platform)}/${q(customer)}`;
  }
}
