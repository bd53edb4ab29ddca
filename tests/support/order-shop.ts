import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { SettingsPatch } from '../../domain/settings.ts';
import type { OrderId } from '../../domain/order.ts';
import type { OrderMessage } from '../../domain/order-status.ts';
import { askForSaying } from '../../store/order-messages.ts';
import { orderTimeline } from '../../store/order-events.ts';
import { listOrders, type Order } from '../../store/orders.ts';
import { writeSettings } from '../../store/merchants.ts';
import { connectSheet, readSheet, runSheet, type Sheet } from '../../store/sheets.ts';
import {
  NO_FAILURES,
  writeFailures,
  type OutboxItem,
  type SimulatedFailures,
} from '../../store/simulated-network.ts';
import { sheetWorkflowId } from '../../workflows/ids.ts';
import type { Shop } from './shop.ts';
import { nightFrom, SheetFile, type Row } from './sheet-file.ts';
import type { SkippingShop } from './skipping-shop.ts';

export { addressOf, HEADER, orderRow, phoneOf, type Row } from './sheet-file.ts';

/**
 * A merchant whose orders are in a file that a person edits. Polled hourly, and when a test says so: days of half minutes
 * take long. One at a time on a server: it closes the one before, whose polls would go on through the nights that this
 * one skips (at one in 5 s, 18,000 in a day).
 */
export class OrderShop extends SheetFile {
  static readonly #open = new WeakMap<SkippingShop, OrderShop>();
  readonly shop: Shop;
  readonly skipping: SkippingShop;
  #sheets = 1;

  private constructor(skipping: SkippingShop, shop: Shop, rows: readonly Row[]) {
    super(join(skipping.folder, `${shop.merchant}.csv`), rows);
    this.skipping = skipping;
    this.shop = shop;
  }

  /** Connected and polled once: these rows are known. */
  static async open(
    skipping: SkippingShop,
    rows: readonly Row[],
    settings: SettingsPatch = {},
  ): Promise<OrderShop> {
    mkdirSync(skipping.folder, { recursive: true });
    await OrderShop.#open.get(skipping)?.close();
    const orders = new OrderShop(
      skipping,
      await skipping.merchant({ ...settings, timings: { pollSeconds: 3_600, ...settings.timings } }),
      rows,
    );
    OrderShop.#open.set(skipping, orders);
    orders.save();
    await orders.#connect(`${orders.shop.merchant}.csv`);
    await orders.run(true);
    await orders.polled();
    return orders;
  }

  #connect(path: string): Promise<void> {
    return this.inStore((tx) =>
      connectSheet(tx, this.shop.merchant, {
        config: { kind: 'file', path },
        credentials: null,
        line: this.shop.line,
        columns: {},
      }),
    );
  }

  /** Another sheet takes the place of this one, with these rows at its first reading. */
  async connectAnother(rows: readonly Row[]): Promise<void> {
    const path = `${this.shop.merchant}-${(this.#sheets += 1)}.csv`;
    this.moveTo(join(this.skipping.folder, path), rows);
    await this.#connect(path);
    await this.polled();
  }

  inStore<T>(work: Parameters<typeof this.shop.house.database.merchant<T>>[1]): Promise<T> {
    return this.shop.house.database.merchant(this.shop.merchant, work);
  }

  async run(running: boolean): Promise<void> {
    await this.inStore((tx) => runSheet(tx, this.shop.merchant, running, new Date(this.skipping.now())));
    await this.shop.house.orderMail.pollNow(this.shop.merchant, 'test');
  }

  /** Nobody watches its sheet any more. */
  async close(): Promise<void> {
    await this.run(false);
    await this.shop.house.client.workflow.getHandle(sheetWorkflowId(this.shop.merchant)).result();
  }

  /** Long enough for an edit to be seen, to settle and to be sent. */
  async polled(): Promise<void> {
    const before = (await this.sheet()).lastPollAt?.getTime();
    await this.shop.house.orderMail.pollNow(this.shop.merchant, 'test');
    await this.until(async () => (await this.sheet()).lastPollAt?.getTime() !== before);
    await this.pass(15_000);
    await this.until(async () => {
      const open = await this.inStore((tx) =>
        tx.query('select from orders where attention_at is not null or seen_at is not null limit 1'),
      );
      return open.length === 0;
    });
    await this.pass(10_000);
  }

  /** Time is skipped faster than a busy machine works: what is under way is waited for. */
  private async until(done: () => Promise<boolean>): Promise<void> {
    for (let look = 0; look < 1_200 && !(await done()); look += 1) await setTimeout(25);
  }

  /** Quiet hours that have begun and last so long, by the clock on the merchant's wall. */
  night(lastsMs: number): { from: string; to: string } {
    return nightFrom(this.skipping.now(), lastsMs);
  }

  async settings(patch: SettingsPatch): Promise<void> {
    await this.inStore((tx) =>
      writeSettings(tx, this.shop.merchant, {
        ...patch,
        timings: { pollSeconds: 3_600, ...patch.timings },
      }),
    );
  }

  /** How often the simulated network fails from now on. */
  async failing(failures: Partial<SimulatedFailures>): Promise<void> {
    await this.inStore((tx) =>
      writeFailures(tx, this.shop.merchant, this.shop.line, { ...NO_FAILURES, ...failures }),
    );
  }

  /** A network without a history that could be asked, as the Cloud API is; returns what gives it back. */
  withoutLooking(): () => void {
    const simulated = this.shop.house.channels.get('simulator');
    const lookUp = simulated?.lookUp;
    if (simulated === undefined || lookUp === undefined) throw new Error('the simulator can look up');
    delete simulated.lookUp;
    return () => void (simulated.lookUp = lookUp);
  }

  /** A person sends a message of the order again. */
  async resend(id: string, type: OrderMessage): Promise<void> {
    const ref = { merchant: this.shop.merchant, order: (await this.order(id)).id };
    await this.inStore((tx) => askForSaying(tx, ref, type, new Date(this.skipping.now())));
    await this.shop.house.orderMail.orderNews(ref, 'resend');
  }

  /** In small steps, so that the activities' clock keeps up with the workflows'. */
  async pass(ms: number): Promise<void> {
    const step = Math.max(5_000, ms / 24);
    for (let passed = 0; passed < ms; passed += step) await this.skipping.pass(Math.min(step, ms - passed));
  }

  async sent(): Promise<OutboxItem[]> {
    return this.shop.received();
  }

  /** `A1:newOrder`: what was sent, in its order. */
  async said(): Promise<string[]> {
    return (await this.sent()).map(
      ({ key }) => /^order\/([^/]+)\/([^/]+)/.exec(key)?.slice(1).join(':').replace(/^a/, 'A') ?? 'answer',
    );
  }

  async order(id: string): Promise<Order> {
    const orders = await this.inStore((tx) => listOrders(tx, this.shop.merchant, {}, null, 10_000));
    const found = orders.find(({ number, rowKey }) => number === id || rowKey === id);
    if (found === undefined)
      throw new Error(`no order ${id} among ${orders.map(({ number }) => number).join(', ')}`);
    return found;
  }

  async timeline(id: string): Promise<string[]> {
    const order: OrderId = (await this.order(id)).id;
    return (await this.inStore((tx) => orderTimeline(tx, this.shop.merchant, order))).map(
      ({ event }) => event,
    );
  }

  async sheet(): Promise<Sheet> {
    const sheet = await this.inStore((tx) => readSheet(tx, this.shop.merchant));
    if (sheet === null) throw new Error('no sheet');
    return sheet;
  }
}
