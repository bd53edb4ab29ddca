import { z } from 'zod';
import { faultPlan } from '../far-end/faults.ts';
import type { Heard } from '../far-end/server.ts';
import { callbackSettings, statusWords, words, type GraphDouble } from './double.ts';

const media = z.object({ base64: z.base64(), mimeType: z.string(), id: z.string().optional() });
const typed = z.object({ account: z.string(), to: z.string(), text: z.string() });

/** The same as the TypeScript interface, over HTTP, for a double that runs by itself. */
export function answerControl(heard: Heard, double: GraphDouble): void {
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
    case 'POST status': {
      withBody(statusWords, (news) => double.status(news));
      return;
    }
    case 'POST webhook':
      double.post(heard.json);
      {
        done();
        return;
      }
    case 'POST media': {
      withBody(media, ({ base64, mimeType, id }) => ({
        id: double.addMedia({
          bytes: Buffer.from(base64, 'base64'),
          mimeType,
          ...(id === undefined ? {} : { id }),
        }),
      }));
      return;
    }
    case 'POST expire-token': {
      withBody(z.object({ token: z.string() }), ({ token }) => double.expireToken(token));
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
