import type { Failure } from '../domain/errors.ts';
import type { Line } from '../store/lines.ts';
import type { House } from './house.ts';

/** What a provider said when it was asked for a line's account. */
export type Probed =
  | { readonly ok: true; readonly at: Date }
  | { readonly ok: false; readonly at: Date; readonly class: Failure['class']; readonly reason: string };

/** A person waits for it, and a provider that needs longer is not well. */
const TIMEOUT_MS = 3_000;
/** Nobody learns more by asking more often, and providers count calls. */
const KEPT_MS = 30_000;
const AT_ONCE = 8;

/** Asks the providers whether lines can be used; what was asked lately is remembered. Never tells a secret: classes and reasons only. */
export class Probes {
  readonly #house: Pick<House, 'channels' | 'seal' | 'logger'>;
  readonly #known = new Map<string, { readonly credentials: string; readonly probed: Promise<Probed> }>();

  constructor(house: Pick<House, 'channels' | 'seal' | 'logger'>) {
    this.#house = house;
  }

  /** By `merchant/line`. A line whose provider can't be asked, or that somebody stopped, is not in there. */
  async of(lines: readonly Line[]): Promise<ReadonlyMap<string, Probed>> {
    const found = new Map<string, Probed>();
    const waiting = lines[Symbol.iterator]();
    const carry = async (): Promise<void> => {
      for (const line of waiting) {
        if (line.desired === 'stopped' || this.#house.channels.get(line.channel)?.probe === undefined)
          continue;
        found.set(nameOf(line), await this.#probed(line));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, carry));
    return found;
  }

  async #probed(line: Line): Promise<Probed> {
    const name = nameOf(line);
    const credentials = line.credentials?.toString('base64') ?? '';
    const known = this.#known.get(name);
    // New credentials are a new question.
    if (known?.credentials === credentials) {
      const probed = await known.probed;
      if (Date.now() - probed.at.getTime() < KEPT_MS) return probed;
    }
    const probed = this.#ask(line);
    this.#known.set(name, { credentials, probed });
    return probed;
  }

  async #ask(line: Line): Promise<Probed> {
    const { channels, seal, logger } = this.#house;
    const channel = channels.get(line.channel);
    try {
      const secrets = line.credentials === null ? {} : seal.openJson(line.credentials);
      const account = { ...line.config, ...(typeof secrets === 'object' ? secrets : {}) };
      await channel?.probe?.(account, { signal: AbortSignal.timeout(TIMEOUT_MS), timeoutMs: TIMEOUT_MS });
      return { ok: true, at: new Date() };
    } catch (error) {
      const failure = channel?.classify(error);
      logger.info({ event: 'line can’t be used', merchant: line.merchant, line: line.id, err: error });
      return {
        ok: false,
        at: new Date(),
        class: failure?.class ?? 'unknown',
        reason: failure?.reason ?? 'unknown',
      };
    }
  }
}

export const nameOf = ({ merchant, id }: { readonly merchant: string; readonly id: string }): string =>
  `${merchant}/${id}`;
