import { z } from 'zod';
import { pairingCode } from './phone.ts';
import type { Account, World } from './world.ts';

/** An answer for the page, or `silence`: the request is left hanging as on a dead wire. */
export type DeviceAnswer = Record<string, unknown> | 'silence';

const hello = z.object({ token: z.string() });
const session = z.object({ session: z.string() });
const events = z.object({ session: z.string(), after: z.number(), wait: z.boolean() });
const chatOnly = z.object({ chat: z.string() });
const typing = z.object({ chat: z.string(), on: z.boolean() });
const exists = z.object({ wid: z.string() });
const earlier = z.object({ chat: z.string(), before: z.array(z.string()) });
const pairing = z.object({ phone: z.string() });
const send = z.object({
  message: z.looseObject({
    id: z.string(),
    chat: z.string(),
    body: z.string(),
    type: z.string(),
    t: z.number(),
  }),
});

/** A page's history starts with this many messages of each chat; older ones come on asking. */
const FIRST_PAGE = 10;

/** What the page may ask of the servers. `token` names the linked device that asks. */
export async function answerDevice(
  world: World,
  route: string,
  token: string | null,
  body: unknown,
): Promise<DeviceAnswer> {
  const account = world.accountOf(token);
  switch (route) {
    case 'ref':
      return newRef(world, session.parse(body).session);
    case 'hello':
      return greet(world, hello.parse(body).token);
    case 'events': {
      const asked = events.parse(body);
      return { events: await world.eventsAfter(asked.session, asked.after, asked.wait ? 20_000 : 0) };
    }
    case 'pairing-code': {
      const code = pairingCode();
      world.codes.push({
        code,
        session: world.refs.at(-1)?.session ?? null,
        phone: pairing.parse(body).phone,
      });
      return { code };
    }
    case 'exists':
      return whoIs(world, exists.parse(body).wid);
    case 'send':
      return account === null ? { ack: -1 } : accept(world, account, send.parse(body).message);
    case 'earlier': {
      const asked = earlier.parse(body);
      const rest = (account?.messages ?? []).filter(
        (one) => one.chat === asked.chat && !asked.before.includes(one.id),
      );
      return { messages: rest.slice(-FIRST_PAGE) };
    }
    case 'seen':
      if (account) account.unread[chatOnly.parse(body).chat] = 0;
      return {};
    case 'typing':
      account?.typing.push({ ...typing.parse(body), at: Date.now() });
      return {};
    case 'logout':
      if (token !== null) Reflect.deleteProperty(world.devices, token);
      world.save();
      return {};
    case 'takeover':
      return {};
    default:
      return { unknown: route };
  }
}

function newRef(world: World, ofSession: string): DeviceAnswer {
  const ref = `2@${pairingCode()}${pairingCode()}`;
  const ordinal = world.refs.filter((one) => one.session === ofSession).length + 1;
  const last = ordinal % world.timings.refs === 0;
  world.refs.push({ ref, session: ofSession });
  world.refsShown++;
  return { ref, everyMs: world.timings.refMs, last };
}

function greet(world: World, token: string): DeviceAnswer {
  const account = world.accountOf(token);
  if (account === null) return { linked: false };
  world.queues.set(token, []);
  const withoutReady = world.faults.withoutReady > 0;
  if (withoutReady) world.faults.withoutReady--;
  const chats = new Set(account.messages.map((one) => one.chat));
  const history = [...chats].flatMap((chat) =>
    account.messages.filter((one) => one.chat === chat).slice(-FIRST_PAGE),
  );
  return {
    linked: true,
    me: { pn: account.pn, lid: account.lid, name: account.name },
    history,
    unread: account.unread,
    faults: { withoutReady },
    syncDelayMs: world.timings.syncDelayMs,
  };
}

function whoIs(world: World, wid: string): DeviceAnswer {
  if (world.faults.existsAnswersNull) return {};
  const digits = wid.split('@')[0] ?? '';
  const person = world.people[digits] ?? { exists: true };
  if (!person.exists) return {};
  const identity = person.lid === undefined ? {} : { identity: { pn: `${digits}@c.us`, lid: person.lid } };
  return { wid: person.byLid && person.lid !== undefined ? person.lid : wid, ...identity };
}

function accept(
  world: World,
  account: Account,
  message: { id: string; chat: string; body: string; type: string; t: number },
): DeviceAnswer {
  const fault = world.faults.send;
  world.sendsAsked++;
  if (fault === 'silence') return 'silence';
  if (fault === 'error') return { ack: -1 };
  // WhatsApp itself knows an id again; what counts here is one entry per message.
  if (!account.sent.some((one) => one.id === message.id)) {
    account.sent.push({ id: message.id, chat: message.chat, text: message.body, at: Date.now() });
    account.messages.push({ ...message, fromMe: true, from: account.pn, to: message.chat, ack: 1 });
    world.save();
  }
  return fault === 'accepted-silence' ? 'silence' : { ack: world.timings.autoAck };
}
