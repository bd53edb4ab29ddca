import { z } from 'zod';
import { orderTemplatesIn } from '../channels/whatsapp-cloud/approved-templates.ts';
import type { LineId, MerchantId } from '../domain/ids.ts';
import type { ChannelName } from '../domain/message.ts';
import type { Line } from '../store/lines.ts';
import type { Seal } from '../store/sealed.ts';
import type { Actor } from './actor.ts';
import { serverNamed } from './evolution-server.ts';
import { invalid } from './problem.ts';
import type { linePatch, newLine } from './schemas/line.ts';

type NewLine = z.output<typeof newLine>;
type Parts = { readonly config: Record<string, unknown>; readonly secrets: Record<string, unknown> | null };

/** What routes a provider's news to the line. Channels without an account of their own use the line's name. */
export function accountOf(merchant: MerchantId, line: NewLine): string {
  switch (line.channel) {
    case 'simulator':
    case 'whatsapp-web':
      return accountByName(merchant, line.id);
    case 'whatsapp-cloud':
      return line.phoneNumberId;
    case 'instagram':
      return line.accountId;
    case 'evolution':
      return line.instance;
  }
}

export const accountByName = (merchant: MerchantId, line: LineId): string => `${merchant}/${line}`;

const FIELDS: Record<
  ChannelName,
  { readonly config: readonly string[]; readonly secret: readonly string[] }
> = {
  simulator: { config: ['pace'], secret: [] },
  'whatsapp-web': { config: ['pace'], secret: [] },
  'whatsapp-cloud': { config: ['phoneNumberId', 'app', 'pace', 'orderTemplates'], secret: ['accessToken'] },
  instagram: { config: ['accountId', 'app', 'pace'], secret: ['accessToken'] },
  evolution: { config: ['serverUrl', 'byOperator', 'instance', 'pace'], secret: ['apiKey', 'secret'] },
};

/** What may be read, and what is kept sealed and never returned. */
export const partsOf = (line: NewLine, actor: Actor): Parts =>
  split(line.channel, {
    ...line,
    ...(line.channel === 'evolution' ? serverNamed(line, actor, null) : {}),
  });

export function patchedParts(
  line: Line,
  patch: z.output<typeof linePatch>,
  { seal, actor }: { readonly seal: Seal; readonly actor: Actor },
): Parts {
  const { config, secret } = FIELDS[line.channel];
  const foreign = Object.keys(patch).filter((field) => !config.includes(field) && !secret.includes(field));
  if (foreign.length > 0)
    throw invalid(foreign.map((path) => ({ path, message: `a ${line.channel} line has no such field` })));
  const before =
    line.credentials === null ? {} : z.record(z.string(), z.unknown()).parse(seal.openJson(line.credentials));
  const server = z.object({ serverUrl: z.string() }).safeParse(line.config).data?.serverUrl ?? null;
  return split(line.channel, {
    ...line.config,
    ...before,
    ...patch,
    ...serverNamed(patch, actor, server),
    ...mergedTemplates(line, patch),
  });
}

/** One kind of message at a time: what the patch does not name stays. */
function mergedTemplates(
  { config }: Line,
  { orderTemplates }: z.output<typeof linePatch>,
): Record<string, unknown> {
  if (orderTemplates === undefined) return {};
  const kinds = Object.entries({ ...orderTemplatesIn(config), ...orderTemplates });
  return { orderTemplates: Object.fromEntries(kinds.filter(([, template]) => template != null)) };
}

function split(channel: ChannelName, all: Record<string, unknown>): Parts {
  const pick = (names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
  const { config, secret } = FIELDS[channel];
  return { config: pick(config), secrets: secret.length === 0 ? null : pick(secret) };
}
