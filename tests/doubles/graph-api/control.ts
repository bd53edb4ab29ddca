import { z } from 'zod';
import { answerControls, told } from '../far-end/control.ts';
import type { Heard } from '../far-end/server.ts';
import { callbackSettings, statusWords, words, type GraphDouble } from './double.ts';

const media = z.object({ base64: z.base64(), mimeType: z.string(), id: z.string().optional() });
const typed = z.object({ account: z.string(), to: z.string(), text: z.string() });

export const answerControl = (heard: Heard, double: GraphDouble): void =>
  answerControls(heard, double, {
    'PUT callback': told(callbackSettings, (settings) => double.callback(settings)),
    'POST say': told(words, (said) => ({ id: double.say(said) })),
    'POST owner-types': told(typed, (said) => ({ id: double.ownerTypes(said) })),
    'POST status': told(statusWords, (news) => double.status(news)),
    'POST media': told(media, ({ base64, mimeType, id }) => ({
      id: double.addMedia({
        bytes: Buffer.from(base64, 'base64'),
        mimeType,
        ...(id === undefined ? {} : { id }),
      }),
    })),
    'POST expire-token': told(z.object({ token: z.string() }), ({ token }) => double.expireToken(token)),
  });
