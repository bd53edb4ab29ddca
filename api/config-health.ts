import type { z } from 'zod';
import type { ConfiguredLine, ConfiguredShop } from '../store/configuration.ts';
import { nameOf, type Probed } from './probes.ts';
import { iso } from './schemas/common.ts';
import type { configHealth } from './schemas/health.ts';

type Shown = z.input<typeof configHealth>['merchants'][number];

/** What each channel can't do without, of what is not secret. */
const NEEDED: Readonly<Record<ConfiguredLine['channel'], readonly string[]>> = {
  simulator: [],
  'whatsapp-web': [],
  'whatsapp-cloud': ['phoneNumberId', 'app'],
  instagram: ['accountId', 'app'],
  evolution: ['serverUrl', 'instance'],
};
const WITHOUT_SECRETS: ReadonlySet<string> = new Set(['simulator', 'whatsapp-web']);

/** What is set, what answers, what is missing and what has run out, for one merchant. */
export const shownConfiguration = (
  shop: ConfiguredShop,
  lines: readonly ConfiguredLine[],
  probed: ReadonlyMap<string, Probed>,
): Shown => ({
  merchant: shop.merchant,
  lines: lines
    .filter(({ merchant }) => merchant === shop.merchant)
    .map((line) => lineOf(line, probed.get(nameOf(line)) ?? null)),
  sheet: {
    configured: shop.sheet !== null,
    state: shop.sheetTrouble,
    reachable: shop.sheet === null || !shop.sheetPolled ? null : shop.sheetTrouble === null,
    missing: shop.sheet === 'google' && !shop.sheetHasCredentials ? ['credentials'] : [],
    expired: shop.sheetTrouble !== null && /auth|expired|refused|credential/.test(shop.sheetTrouble),
  },
  webhooks: shop.webhooks,
  catalogueItems: shop.catalogueItems,
});

/** Asked just now, what the provider said decides; else what the line's last call, or its own news, left it in. */
function lineOf(
  { id, channel, state, config, hasCredentials }: ConfiguredLine,
  probed: Probed | null,
): Shown['lines'][number] {
  const missing = [
    ...NEEDED[channel].filter((name) => config[name] === undefined),
    ...(hasCredentials || WITHOUT_SECRETS.has(channel) ? [] : ['credentials']),
  ];
  const up = state === 'connected' || state === 'degraded' || state === 'no-new-chats';
  return {
    id,
    channel,
    state,
    missing,
    configured: missing.length === 0,
    reachable: state === 'stopped' ? null : (probed?.ok ?? up),
    expired: state === 'logged-out' || (probed?.ok === false && probed.class === 'auth'),
    probe:
      probed === null
        ? null
        : { ok: probed.ok, at: iso(probed.at), reason: probed.ok ? null : probed.reason },
  };
}
