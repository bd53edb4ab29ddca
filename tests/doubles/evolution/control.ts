import { z } from 'zod';
import { faultPlan } from '../far-end/faults.ts';
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

/** The same as the TypeScript interface, over HTTP, for a double that runs by itself. */
export function answerControl(heard: Heard, double: EvolutionDouble): void {
  const done = (body: unknown = { ok: true }): void => heard.reply(200, body);
  const withBody = <T>(schema: z.ZodType<T>, act: (body: T) => unknown): void => {
    const parsed = schema.safeParse(heard.json);
    if (parsed.success) done(act(parsed.data) ?? { ok: true });
    else heard.reply(400, { error: z.prettifyError(parsed.error) });
  };
  switch (`${heard.method} ${heard.path.slice('/control/'.length)}`) {
    case 'GET received': {
      done({ items: double.received() });
      return;
    }
    case 'GET delivered': {
      done({ items: double.delivered() });
      return;
    }
    case 'GET typing': {
      done({ items: double.typing() });
      return;
    }
    case 'GET webhooks': {
      done({
        items: double.webhooks().map(({ body, ...rest }) => ({ ...rest, body: body.toString('utf8') })),
      });
      return;
    }
    case 'POST faults': {
      withBody(faultPlan, (plan) => double.fail(plan));
      return;
    }
    case 'DELETE faults':
      double.heal();
      {
        done();
        return;
      }
    case 'PUT callback': {
      withBody(callbackSettings, (settings) => double.callback(settings));
      return;
    }
    case 'DELETE callback':
      double.callback(null);
      {
        done();
        return;
      }
    case 'POST say': {
      withBody(words, (said) => ({ id: double.say(said) }));
      return;
    }
    case 'POST owner-types': {
      withBody(typed, (said) => ({ id: double.ownerTypes(said) }));
      return;
    }
    case 'POST ack': {
      withBody(acked, (news) => double.ack(news));
      return;
    }
    case 'POST connection': {
      withBody(connected, ({ instance, state, statusReason }) =>
        double.connection(instance, state, statusReason),
      );
      return;
    }
    case 'POST not-on-whatsapp': {
      withBody(z.object({ number: z.string() }), ({ number }) => double.notOnWhatsapp(number));
      return;
    }
    case 'POST media': {
      withBody(media, ({ id, base64, mimeType }) =>
        double.addMedia({ id, bytes: Buffer.from(base64, 'base64'), mimeType }),
      );
      return;
    }
    case 'POST webhook':
      double.post(heard.json);
      {
        done();
        return;
      }
    case 'POST reset':
      double.reset();
      {
        done();
        return;
      }
    default: {
      heard.reply(404, { error: `no such control: ${heard.method} ${heard.path}` });
      return;
    }
  }
}
