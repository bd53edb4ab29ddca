import * as restate from '@restatedev/restate-sdk';
import * as clients from '@restatedev/restate-sdk-clients';
import { z } from 'zod';
import { send, serverAddress, takeMessages, think, windowMs } from '../chat-app.ts';

/** A virtual object per customer: its handlers run one after the other, its state and its delayed call to itself are durable. */
const port = z.coerce.number().parse(process.env['EXTRA_PORT']);

const conversation = restate.object({
  name: 'conversation',
  handlers: {
    message: async (ctx: restate.ObjectContext, text: string): Promise<void> => {
      const buffer = (await ctx.get<string[]>('buffer')) ?? [];
      ctx.set('buffer', [...buffer, text]);
      if (buffer.length === 0)
        ctx
          .objectSendClient<typeof conversation>({ name: 'conversation' }, ctx.key)
          .answer(restate.rpc.sendOpts({ delay: { milliseconds: windowMs } }));
    },
    answer: async (ctx: restate.ObjectContext): Promise<void> => {
      const texts = (await ctx.get<string[]>('buffer')) ?? [];
      ctx.clear('buffer');
      const turn = ctx.rand.uuidv4();
      await ctx.run('send', () => send(ctx.key, think(texts), turn));
    },
  },
});

await restate.serve({ services: [conversation], port });
const ingress = clients.connect({ url: serverAddress });

takeMessages((from, text, id) =>
  ingress
    .objectSendClient<typeof conversation>({ name: 'conversation' }, from)
    .message(text, clients.rpc.sendOpts({ idempotencyKey: id })),
);
