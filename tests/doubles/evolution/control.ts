import { z } from 'zod';
import { answerControls, told } from '../far-end/control.ts';
import type { Heard } from '../far-end/server.ts';
import { callbackSettings, words, type EvolutionDouble } from './double.ts';

const typed = z.object({ instance: z.string(), to: z.string(), text: z.string() });
const acked = z.object({ instance: z.string(), id: z.string(), to: z.string(), status: z.string() });
const connected = z.object({
  instance: z.string(),
  state: z.enum(['open', 'connecting', 'close']),
  statusReason: z.number().optional(),
});
const media = z.object({ id: z.string(), base64: z.base64(), mimeType: z.string() });

export const answerControl = (heard: Heard, double: EvolutionDouble): void =>
  answerControls(heard, double, {
    'PUT callback': told(callbackSettings, (settings) => double.callback(settings)),
    'POST say': told(words, (said) => ({ id: double.say(said) })),
    'POST owner-types': told(typed, (said) => ({ id: double.ownerTypes(said) })),
    'POST ack': told(acked, (news) => double.ack(news)),
    'POST connection': told(connected, ({ instance, state, statusReason }) =>
      double.connection(instance, state, statusReason),
    ),
    'POST not-on-whatsapp': told(z.object({ number: z.string() }), ({ number }) =>
      double.notOnWhatsapp(number),
    ),
    'POST media': told(media, ({ id, base64, mimeType }) =>
      double.addMedia({ id, bytes: Buffer.from(base64, 'base64'), mimeType }),
    ),
  });
