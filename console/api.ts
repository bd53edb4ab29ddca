import { Http } from './http.ts';
import { LineCalls } from './line-calls.ts';
import { OrderCalls } from './order-calls.ts';
import { allOf, type ReadPage } from './paged.ts';
import * as shapes from './shapes.ts';

const q = encodeURIComponent;

export interface Talk {
  readonly platform: string;
  readonly customer: string;
}

/** Only what was changed: the rest goes on following the installation’s defaults. */
export type SettingsChange = {
  readonly [Part in keyof shapes.Settings]?: shapes.Settings[Part] extends object
    ? Partial<shapes.Settings[Part]>
    : shapes.Settings[Part];
};

export type TalkAction = 'take-over' | 'hand-back' | 'flush' | 'close';

/** Every call the console makes, for one key. */
export class Api {
  readonly #http: Http;
  constructor(key: string) {
    this.#http = new Http(key);
  }

  merchants() {
    const page: ReadPage<shapes.Merchant> = (from, signal) =>
      this.#http.call(`/api/merchants?${pageQuery(from)}`, shapes.listOf(shapes.merchant), { signal });
    return allOf(page, AbortSignal.timeout(15_000));
  }
  /** Whether there is a language model to ask: health knows it for the whole house. */
  async modelConfigured(signal: AbortSignal): Promise<boolean> {
    const { healthCheck } = await this.#http.call('/api/system/network-health', shapes.networkHealth, {
      signal,
    });
    return healthCheck.services.model.status !== 'not-configured';
  }
  eventTicket() {
    return this.#http.call('/api/events/ticket', shapes.ticket, { method: 'POST', body: {} });
  }
  of(merchant: string): MerchantApi {
    return new MerchantApi(this.#http, merchant);
  }
}

const pageQuery = ({ cursor, limit }: { readonly cursor: string | null; readonly limit: number }): string =>
  `limit=${limit}${cursor === null ? '' : `&cursor=${q(cursor)}`}`;

export class MerchantApi {
  readonly #http: Http;
  readonly #base: string;
  readonly #merchant: string;
  readonly lines: LineCalls;
  readonly orders: OrderCalls;
  constructor(http: Http, merchant: string) {
    this.#http = http;
    this.#merchant = merchant;
    this.#base = `/api/merchants/${q(merchant)}`;
    this.lines = new LineCalls(http, this.#base, merchant);
    this.orders = new OrderCalls(http, this.#base, merchant);
  }

  conversations({ needsHuman }: { readonly needsHuman: boolean }): ReadPage<shapes.Conversation> {
    const filter = needsHuman ? '&needsHuman=true' : '';
    return (from, signal) =>
      this.#http.call(
        `${this.#base}/conversations?${pageQuery(from)}${filter}`,
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
    return this.#http.call(`${this.#talk(talk)}/messages`, shapes.accepted, {
      method: 'POST',
      body: { text },
      adds: true,
    });
  }

  outbox(line: string, to: string, signal: AbortSignal) {
    const path = `/api/simulator/${q(this.#merchant)}/${q(line)}/outbox?to=${q(to)}`;
    const page: ReadPage<shapes.OutboxItem> = (from, during) =>
      this.#http.call(`${path}&${pageQuery(from)}`, shapes.listOf(shapes.outboxItem), { signal: during });
    return allOf(page, signal);
  }
  writeAsCustomer(line: string, from: string, text: string) {
    const path = `/api/simulator/${q(this.#merchant)}/${q(line)}/messages`;
    return this.#http.call(path, shapes.accepted, {
      method: 'POST',
      body: { from, text },
      adds: true,
    });
  }

  readonly catalogue: ReadPage<shapes.Product> = (from, signal) =>
    this.#http.call(`${this.#base}/catalogue?${pageQuery(from)}`, shapes.listOf(shapes.product), { signal });
  addProduct(product: shapes.Product) {
    return this.#http.call(`${this.#base}/catalogue`, shapes.anything, { method: 'POST', body: product });
  }
  /** Only what was changed: the stock may have been counted down since it was read. */
  changeProduct(id: string, change: Partial<shapes.Product>) {
    return this.#http.call(`${this.#base}/catalogue/${q(id)}`, shapes.anything, {
      method: 'PATCH',
      body: change,
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
  /** Only what was changed: there is more to the rules than the console shows. */
  changeRules(change: Partial<shapes.Rules>) {
    return this.#http.call(`${this.#base}/rules`, shapes.rules, { method: 'PATCH', body: change });
  }

  readonly keys: ReadPage<shapes.AccessKey> = (from, signal) =>
    this.#http.call(`${this.#base}/keys?${pageQuery(from)}`, shapes.listOf(shapes.accessKey), { signal });
  createKey(name: string, scopes: readonly string[]) {
    return this.#http.call(`${this.#base}/keys`, shapes.newKey, {
      method: 'POST',
      body: { name, scopes },
      adds: true,
    });
  }
  revokeKey(id: string) {
    return this.#http.call(`${this.#base}/keys/${q(id)}`, shapes.anything, { method: 'DELETE' });
  }
  readonly audit: ReadPage<shapes.AuditRow> = (from, signal) =>
    this.#http.call(`${this.#base}/audit?${pageQuery(from)}`, shapes.listOf(shapes.auditRow), { signal });

  #talk({ platform, customer }: Talk): string {
    return `${this.#base}/conversations/${q(platform)}/${q(customer)}`;
  }
}
