import type { Channel } from '../channel.ts';
import { classify } from './classify.ts';
import type { Connection } from './connection.ts';
import { lookUp } from './look-up.ts';
import { parse } from './parse.ts';
import { send, showTyping } from './send.ts';

/** WhatsApp through a linked device. The account is the live connection: what is sent goes through its page. */
export const whatsappWeb: Channel<Connection> = {
  name: 'whatsapp-web',
  platform: 'whatsapp',
  capabilities: {
    // The app cuts longer texts behind "read more" far earlier; this is where it refuses.
    maxText: { unit: 'characters', limit: 4096 },
    // The 24-hour window is a rule of Meta's API; here pacing guards first contacts instead.
    serviceWindowHours: null,
    humanWindowHours: null,
    templates: false,
  },
  parse,
  send,
  classify,
  lookUp,
  showTyping,
};
