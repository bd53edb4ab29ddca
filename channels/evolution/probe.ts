import { z } from 'zod';
import type { SendContext } from '../channel.ts';
import { EvolutionError } from './classify.ts';
import { evolutionGet } from './client.ts';
import type { EvolutionAccount } from './schema.ts';

const connection = z.looseObject({ instance: z.looseObject({ state: z.string() }) });

/** The server answers also where the instance has lost WhatsApp: that is refused as a send would be. */
export async function probe(account: EvolutionAccount, context: SendContext): Promise<void> {
  const answer = connection.safeParse(await evolutionGet(account, 'instance/connectionState', context));
  const state = answer.success ? answer.data.instance.state : 'unknown';
  if (state !== 'open')
    throw new EvolutionError({
      status: 400,
      detail: `Connection Closed: the instance is ${state.slice(0, 40)}`,
      unknownNumber: false,
      retryAfterMs: null,
    });
}
