import { z } from 'zod';
import type { Customer, Outgoing } from '../../domain/message.ts';
import type { SendContext, SendReceipt } from '../channel.ts';
import { evolutionPost } from './client.ts';
import type { EvolutionAccount } from './schema.ts';

const accepted = z.looseObject({ key: z.looseObject({ id: z.string().min(1) }) });

/** No idempotency key and no field of ours: an unknown outcome is settled by the echo or by a person. */
export async function send(
  account: EvolutionAccount,
  outgoing: Outgoing,
  context: SendContext,
): Promise<SendReceipt> {
  const answer = accepted.safeParse(
    await evolutionPost(
      account,
      'message/sendText',
      {
        number: addressOf(outgoing.to),
        text: outgoing.text,
        linkPreview: false,
        ...(outgoing.replyTo === undefined ? {} : { quoted: { key: { id: outgoing.replyTo } } }),
      },
      context,
    ),
  );
  return { providerId: answer.success ? answer.data.key.id : null };
}

/** How long "typing…" shows when nothing is sent; the call lasts as long, so it is short. */
const TYPING_MS = 1_000;

export async function showTyping(
  account: EvolutionAccount,
  to: Customer,
  lastInboundId: string,
  context: SendContext,
): Promise<void> {
  const number = addressOf(to);
  const remoteJid = number.includes('@') ? number : `${number}@s.whatsapp.net`;
  await evolutionPost(
    account,
    'chat/markMessageAsRead',
    { readMessages: [{ remoteJid, fromMe: false, id: lastInboundId }] },
    context,
  );
  await evolutionPost(
    account,
    'chat/sendPresence',
    { number, presence: 'composing', delay: TYPING_MS },
    context,
  );
}

const addressOf = (to: Customer): string => to.sendTo ?? to.address;
